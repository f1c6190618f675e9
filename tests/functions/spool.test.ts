/** A file in the temporary folder that cannot be written: whoever writes hears of it, and nobody waits or dies. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { makeScratch } from "../../functions/lake/spool";

const root = join(__dirname, "../..");

test("a folder that goes before its file is open does not end the process", () => {
  const program =
    'const scratch = require("./functions/lake/spool").makeScratch(); scratch.openBytes(); scratch.openLines(1); scratch.dispose(); process.once("exit", (code) => console.log(code));';
  const output = execFileSync(process.execPath, ["-r", join(root, "local/ts.cjs"), "-e", program], { cwd: root });
  expect(output.toString()).toBe("0\n");
});

/** More than is buffered. */
const much = randomBytes(1 << 20);

test("bytes: the writer is told why, and does not wait", async () => {
  const scratch = makeScratch();
  const file = scratch.openBytes();
  scratch.dispose();
  await expect(file.write(much)).rejects.toThrow("ENOENT");
  await expect(file.close()).rejects.toThrow("ENOENT");
});

test("lines: the writer is told why, and does not wait", async () => {
  const scratch = makeScratch();
  const file = scratch.openLines(1);
  scratch.dispose();
  const writing = async () => {
    for (let count = 0; count < 8; count++) await file.line(much.toString("base64"));
    await file.close();
  };
  await expect(writing()).rejects.toThrow("ENOENT");
});
