/**
 * Between the screens and the source: a question that was just answered is not asked again, and one that nobody waits for any
 * more is not asked at all. So stepping through time quickly costs the ranges that are looked at.
 */
import type { Answer, Parameters, Source } from "../../tools/query/answer";

/** The screens' refresh is as long. What takes longer to answer is kept longer: so many times as long as it took. */
const freshMs = 60_000;
const freshTimes = 30;
const keptAnswers = 200;
/** Asked at once; DuckDB uses all processors for one. */
const atOnce = 2;

interface Waiting {
  readonly isWanted: () => boolean;
  readonly begin: () => void;
  readonly drop: () => void;
}

export function makeAsking(source: Pick<Source, "ask">, now: () => number) {
  /** With the signals of all that wait for an answer. */
  const answers = new Map<
    string,
    { until: number; readonly answer: Promise<Answer>; readonly signals: AbortSignal[] }
  >();
  const waiting: Waiting[] = [];
  let running = 0;

  const next = () => {
    while (running < atOnce) {
      const first = waiting.shift();
      if (first === undefined) return;
      if (!first.isWanted()) {
        first.drop();
        continue;
      }
      running++;
      first.begin();
    }
  };
  const inTurn = (googleSql: string, parameters: Parameters, isWanted: () => boolean) =>
    new Promise<Answer>((resolve, reject) => {
      const begin = () => {
        source
          .ask(googleSql, parameters)
          .then(resolve, reject)
          .finally(() => {
            running--;
            next();
          });
      };
      waiting.push({ isWanted, begin, drop: () => reject(new Error("Nobody waits for this answer.")) });
      next();
    });

  return (googleSql: string, parameters: Parameters, signal: AbortSignal): Promise<Answer> => {
    const key = JSON.stringify([googleSql, parameters]);
    const known = answers.get(key);
    if (known !== undefined && now() < known.until) {
      known.signals.push(signal);
      return known.answer;
    }
    const signals = [signal];
    const answer = inTurn(googleSql, parameters, () => signals.some(({ aborted }) => !aborted));
    const asked = now();
    // While it is under way nobody asks it again.
    const entry = { until: Number.POSITIVE_INFINITY, answer, signals };
    answers.set(key, entry);
    answer.then(
      () => {
        entry.until = now() + Math.max(freshMs, freshTimes * (now() - asked));
      },
      () => answers.delete(key),
    );
    for (const old of answers.keys()) if (answers.size > keptAnswers) answers.delete(old);
    return answer;
  };
}
export type Asking = ReturnType<typeof makeAsking>;
