/** The one face of all formats: a file's content in, prices or a plan out, and what the source did not tell. */
import { userError } from "../../../local/session/options";
import type { ImportOptions } from "./options";
import type { DraftPlan } from "./plans/draft";
import type { SourcePrice } from "./series/prices";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The text parsed as JSON; `undefined` where it is none. */
  readonly json: unknown;
}

/** What is told on the terminal, and of it what must be filled in by hand: it stands in the written file, too. */
export interface Told {
  readonly notes: readonly string[];
  readonly open: readonly string[];
}

export interface ReadSeries extends Told {
  readonly prices: readonly SourcePrice[];
  /** What a price of it is: `EUR per kWh, without VAT`. */
  readonly measure: string;
}

export interface ReadPlan extends Told {
  readonly plan: DraftPlan;
}

interface Face<Kind extends string, Read> {
  readonly name: string;
  readonly kind: Kind;
  /** Whether a file has this shape, for who does not name the format. */
  isLike(source: SourceFile): boolean;
  /** @throws an error of one sentence. */
  read(source: SourceFile, options: ImportOptions, today: string): Read;
}

export type SeriesFormat = Face<"series", ReadSeries>;
export type PlanFormat = Face<"plan", ReadPlan>;
export type Format = SeriesFormat | PlanFormat;

/** What of a file's JSON may be told apart by its keys. */
export const hasKeys = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === "object" && value !== null && keys.every((key) => key in value);

export const refuse = ({ path }: SourceFile, what: string) => userError(`${path}: ${what}.`);
