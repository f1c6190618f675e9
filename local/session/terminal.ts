/**
 * What a session writes to: lines that stay, and in a terminal a block below them that is written over in place. A line that
 * comes meanwhile goes above the block. The cursor is never hidden and stands below, so nothing is to be put back at the end.
 */
import { styleText } from "node:util";
import { widthOf } from "./text-width";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Line {
  readonly text: string;
  readonly style?: "bold" | "dim";
}

export interface Block {
  /** Puts what `draw` says there instead; it is asked again whenever the terminal has another size. */
  show(draw: (size: Size) => readonly Line[]): void;
  clear(): void;
}

export interface Terminal {
  print(text: string): void;
  /** The same beside what a pipe is to get. */
  complain(text: string): void;
  /** Undefined where nothing can be written over. */
  readonly block: Block | undefined;
}

/** Of `process.stdout` and `process.stderr`. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
}

/** `style` puts a text into a style, or leaves it where no colour is wanted. */
export function createTerminal(out: Output, error: Output, style = styledFor(process.stdout)): Terminal {
  let draw: ((size: Size) => readonly Line[]) | undefined;
  /** What of the block stands on the screen. */
  let standing: readonly string[] = [];

  const size = (): Size => ({ columns: out.columns ?? 80, rows: out.rows ?? 24 });
  /** To the block's first line. A terminal that has become narrower has broken its lines. */
  const backUp = () => {
    const { columns } = size();
    const rows = standing.reduce((sum, text) => sum + Math.max(1, Math.ceil(widthOf(text) / columns)), 0);
    standing = [];
    return rows > 0 ? `\r\u001b[${rows}A` : "";
  };
  const drawn = () => {
    const lines = draw?.(size()) ?? [];
    standing = lines.map(({ text }) => text);
    return lines.map((line) => `${style(line)}\u001b[K\n`).join("");
  };
  const above = (write: () => void) => {
    if (standing.length > 0) out.write(`${backUp()}\u001b[J`);
    write();
    if (draw) out.write(drawn());
  };
  const isScreen = out.isTTY === true && process.env.TERM !== "dumb";
  if (isScreen) out.on("resize", () => void (draw && out.write(`${backUp()}\u001b[J${drawn()}`)));
  return {
    print: (text) => above(() => out.write(`${text}\n`)),
    complain(text) {
      if (error.isTTY) above(() => error.write(`${text}\n`));
      else error.write(`${text}\n`);
    },
    block: isScreen
      ? {
          show(next) {
            draw = next;
            // Each line over its predecessor, and only then the rest away: nothing flickers.
            out.write(`${backUp()}${drawn()}\u001b[J`);
          },
          clear() {
            draw = undefined;
            if (standing.length > 0) out.write(`${backUp()}\u001b[J`);
          },
        }
      : undefined,
  };
}

/** Node looks at NO_COLOR and at what the terminal can. */
const styledFor =
  (stream: NodeJS.WriteStream) =>
  ({ text, style }: Line) =>
    style === undefined ? text : styleText(style, text, { stream });
