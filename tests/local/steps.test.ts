/** The progress of a step without a terminal: a line now and then, not one an event. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { nowAndThen } from "../../local/session/steps";

it("tells how far a long step is every twenty seconds at most, and nothing of a short one", () => {
  let now = 0;
  const lines: string[] = [];
  const progress = nowAndThen(
    (text) => void lines.push(text),
    () => now,
  );
  for (; now < 61_000; now += 500) progress(`${now / 1000} s`);
  expect(lines).toEqual(["20 s", "40 s", "60 s"]);
});

it("so does a step whose output is a file or a pipe", () => {
  const program = `
    const { step } = require("./local/session/steps");
    let now = 0;
    Date.now = () => now;
    step("Long work", async ({ progress, done }) => {
      for (; now < 61_000; now += 500) progress(now / 1000 + " s");
      done("Done");
    });`;
  const cwd = join(__dirname, "../..");
  const out = execFileSync(process.execPath, ["-r", "./local/ts.cjs", "-e", program], { cwd, encoding: "utf8" });
  expect(out.match(/(?<=› ).*/g)).toEqual(["20 s", "40 s", "60 s"]);
});
