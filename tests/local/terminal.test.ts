/** Lines go above the block of power, never through it, whatever the terminal's size; a pipe gets plain lines. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { createTerminal, type Line } from "../../local/session/terminal";
import { createScreen } from "./screen";

const esc = "\u001b";
const plain = ({ text }: Line) => text;
const block = (...texts: string[]) => texts.map((text) => ({ text }));

function open(columns = 30) {
  const screen = createScreen(columns);
  return { screen, terminal: createTerminal(screen, screen, plain) };
}

test("a block is written over in place, also by a shorter one", () => {
  const { screen, terminal } = open();
  terminal.print("Live.");
  terminal.block?.show(() => block("Grid 1 W", "Car 200 W", "Used 3 W"));
  terminal.block?.show(() => block("Grid 10 W", "Car 2 W"));
  expect(screen.lines()).toEqual(["Live.", "Grid 10 W", "Car 2 W"]);
});

test("lines and problems come above it, and it goes at the end", () => {
  const { screen, terminal } = open();
  terminal.block?.show(() => block("Grid 1 W", "Car 2 W"));
  terminal.print("day  kWh\n---  ---");
  terminal.complain("! The schedule failed.");
  expect(screen.lines()).toEqual(["day  kWh", "---  ---", "! The schedule failed.", "Grid 1 W", "Car 2 W"]);
  terminal.block?.clear();
  terminal.print("Stopping.");
  expect(screen.lines()).toEqual(["day  kWh", "---  ---", "! The schedule failed.", "Stopping."]);
});

test("a terminal that becomes narrower breaks the block's lines, and nothing of them is left; then it grows again", () => {
  const { screen, terminal } = open(30);
  terminal.print("A line above.");
  terminal.block?.show(({ columns }) => block("x".repeat(columns - 1), "y".repeat(columns - 1), "z"));
  screen.resize(10);
  expect(screen.lines()).toEqual(["A line abo", "ve.", "x".repeat(9), "y".repeat(9), "z"]);
  screen.resize(12);
  expect(screen.lines().slice(2)).toEqual(["x".repeat(11), "y".repeat(11), "z"]);
});

test("what goes to a file is not written around the block", () => {
  const screen = createScreen(30);
  const file: string[] = [];
  const error = { isTTY: false, write: (text: string) => file.push(text), on: () => undefined };
  const terminal = createTerminal(screen, error, plain);
  terminal.block?.show(() => block("Grid 1 W"));
  const before = screen.written.length;
  terminal.complain("! A problem.");
  expect(file).toEqual(["! A problem.\n"]);
  expect(screen.written).toHaveLength(before);
});

test("without a terminal there is no block, and a line is the line", () => {
  const written: string[] = [];
  const pipe = { isTTY: false, write: (text: string) => written.push(text), on: () => undefined };
  const terminal = createTerminal(pipe, pipe, plain);
  expect(terminal.block).toBeUndefined();
  terminal.print("Live.");
  expect(written).toEqual(["Live.\n"]);
});

test.each([
  ["the terminal's own", { FORCE_COLOR: "1" }, `${esc}[1mhome${esc}[22m${esc}[K\n${esc}[J`],
  ["none with NO_COLOR", { NO_COLOR: "1" }, `home${esc}[K\n${esc}[J`],
])("styles are %s", (_, environment, expected) => {
  // Of its own, as Node reads the environment past the one that tests see.
  const program = `
    const { createTerminal } = require("./local/session/terminal.ts");
    const stream = Object.assign(process.stdout, { isTTY: true, getColorDepth: require("node:tty").WriteStream.prototype.getColorDepth });
    createTerminal(stream, stream).block.show(() => [{ text: "home", style: "bold" }]);`;
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...others } = process.env;
  const { stdout } = spawnSync(process.execPath, ["-r", "./local/ts.cjs", "-e", program], {
    cwd: join(__dirname, "../.."),
    env: { ...others, TERM: "xterm", ...environment },
    encoding: "utf8",
  });
  expect(stdout).toBe(expected);
});
