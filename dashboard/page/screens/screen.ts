/** What a screen is: from what the server answered, elements; and, while it is looked at, what keeps it up to date. */
import type { Answer } from "../api";
import type { Drawn, View } from "../view";

export interface Answers {
  readonly answer: Answer;
  /** The same of the range that is compared with. */
  readonly compared: Answer | undefined;
}

export type Screen = (answers: Answers, view: View) => Drawn;
