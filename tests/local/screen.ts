/** A terminal as tests look at it: what stands on it after all that was written, as far as a session uses it. */
import type { Output } from "../../local/session/terminal";

export interface Screen extends Output {
  columns: number;
  rows: number;
  /** As a terminal does that breaks lines anew. */
  resize(columns: number): void;
  /** Without empty lines at the end. */
  lines(): string[];
  /** Every text written, in order. */
  readonly written: string[];
}

const esc = "\u001b";
const cursorUp = new RegExp(`^${esc}\\[(\\d+)A$`);
const parts = new RegExp(`${esc}\\[\\d*[A-Za-z]|\\r|\\n|[^${esc}\\r\\n]+`, "g");

/** @throws where a control sequence is written that it does not know. */
export function createScreen(columns: number, rows = 24): Screen {
  /** One a line that a line feed ended; broken where it is shown. */
  let texts = [""];
  let row = 0;
  let listener: () => void = () => undefined;
  const written: string[] = [];
  const shown = () => texts.flatMap((text) => text.match(new RegExp(`.{1,${screen.columns}}`, "gu")) ?? [""]);
  const put = (part: string) => {
    const [, up] = cursorUp.exec(part) ?? [];
    if (part === "\r") return;
    if (up !== undefined) {
      // Rows of the screen, not lines: what a narrower terminal broke takes several.
      const all = shown();
      texts = all;
      row = Math.max(0, all.length - 1 - Number(up));
    } else if (part === `${esc}[J`) texts = [...texts.slice(0, row), ""];
    else if (part === `${esc}[K`) texts[row] = line;
    else if (part === "\n") {
      if (line !== "") texts[row] = line;
      line = "";
      row += 1;
      if (row === texts.length) texts.push("");
    } else if (part.startsWith(esc)) throw new Error(`The screen does not know ${JSON.stringify(part)}.`);
    else line += part;
  };
  let line = "";
  const screen: Screen = {
    isTTY: true,
    columns,
    rows,
    written,
    write(text) {
      written.push(text);
      for (const part of text.match(parts) ?? []) put(part);
    },
    on: (_, added) => {
      listener = added;
    },
    resize(next) {
      screen.columns = next;
      listener();
    },
    lines: () => shown().join("\n").trimEnd().split("\n"),
  };
  return screen;
}
