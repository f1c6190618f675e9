/** `npm run query`: asks the views in GoogleSQL, those of the local cloud or of a stack's real dataset. */
import { join } from "node:path";
import { projectDirectory } from "../local/project";
import type { Answer } from "./query/answer";
import { readArguments, usage } from "./query/arguments";
import { formatAnswer, formatDescriptions, formatMistake } from "./query/format";
import { openHistory } from "./query/history";
import { runPrompt } from "./query/prompt";
import { catalogAt, openSource } from "./query/sources";
import { listColumns, listViews } from "./query/views";

const print = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  const { help, views, format, text } = args;
  const show = (answer: Answer) => print(formatAnswer(answer, format));
  if (help) {
    print(usage);
    return 0;
  }
  if (views) {
    const catalog = catalogAt(args);
    const list = text === undefined ? listViews(catalog) : listColumns(catalog, text);
    // A table of sentences is wider than any terminal.
    if (format === "table" && process.stdout.isTTY) print(formatDescriptions(list, process.stdout.columns));
    else show(list);
    return 0;
  }
  const source = await openSource(args);
  let failures = 0;
  const ask = async (question: string) => {
    try {
      show(await source.ask(question));
    } catch (error) {
      failures++;
      complain(formatMistake(error instanceof Error ? error.message : String(error), question));
    }
  };
  complain(source.about);
  const terminal = process.stdin.isTTY === true;
  if (text !== undefined) await ask(text);
  else {
    const history = openHistory(join(projectDirectory, ".wattlake", "query-history"));
    const streams = { input: process.stdin, output: process.stderr };
    await runPrompt({ ...streams, terminal, history: terminal ? history.read() : [], onHistory: history.write, ask });
  }
  source.close();
  return failures > 0 && !(terminal && text === undefined) ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(
      process.env.WATTLAKE_DEBUG === "1" && error instanceof Error
        ? `${error.stack}`
        : String(error instanceof Error ? error.message : error),
    );
    process.exitCode = 1;
  },
);
