/** A prompt for questions: several lines make one, the arrow keys bring earlier lines back, Ctrl-D ends it. */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export interface Prompt {
  readonly input: Readable;
  /** Where the prompt itself goes; answers are printed by `ask`. */
  readonly output: Writable;
  /** Whether somebody types: then there is a prompt and a history. */
  readonly terminal: boolean;
  /** Earlier lines, the latest first. */
  readonly history: string[];
  /** Called with the lines of now, the latest first. */
  onHistory(lines: readonly string[]): void;
  /** Answers a question; never rejects. */
  ask(question: string): Promise<void>;
}

export async function runPrompt({ input, output, terminal, history, onHistory, ask }: Prompt): Promise<void> {
  const lines = createInterface({ input, output, terminal, history, historySize: 1000, prompt: "wattlake> " });
  lines.on("history", onHistory);
  lines.on("SIGINT", () => lines.close());
  const show = (text: string) => {
    lines.setPrompt(text);
    if (terminal) lines.prompt();
  };
  let question: string[] = [];
  const finish = async () => {
    const whole = question.join("\n").trim();
    question = [];
    if (whole !== "") await ask(whole);
  };
  show("wattlake> ");
  for await (const line of lines) {
    if (question.length === 0 && /^\s*(exit|quit|\\q);?\s*$/i.test(line)) break;
    question.push(line);
    const isWhole = line.trim() === "" || line.trimEnd().endsWith(";");
    if (isWhole) await finish();
    show(question.length === 0 ? "wattlake> " : "       -> ");
  }
  await finish();
  lines.close();
  if (terminal) output.write("\n");
}
