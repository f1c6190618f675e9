/** A full disk, as a write that fails with ENOSPC: whoever writes says which file it was. */
import fs, { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBuffers } from "../../local/aws/firehose/firehose-buffer";
import { Draft } from "../../local/aws/s3/draft";
import { countEach, makeTelling } from "../../local/failures";

const directory = mkdtempSync(join(tmpdir(), "wattlake-full-"));
const full = () => {
  throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
};
afterEach(() => jest.restoreAllMocks());
afterAll(() => rmSync(directory, { recursive: true }));

test("a delivery buffer takes nothing of the record, and names its file", () => {
  const buffers = openBuffers(directory, "stream");
  const buffer = buffers.create(Date.UTC(2025, 5, 1));
  buffer.append(Buffer.from("first\n"));
  jest.spyOn(fs, "writeSync").mockImplementation(full);
  const path = join(directory, "stream", "001748736000000-0");
  expect(() => buffer.append(Buffer.from("second\n"))).toThrow(`${path}: ENOSPC: no space left on device, write`);
  expect(buffer.read().toString()).toBe("first\n");
  buffers.close();
});

test("an object on its way in names its file", () => {
  const draft = new Draft(directory);
  jest.spyOn(fs, "appendFileSync").mockImplementation(full);
  expect(() => draft.write(Buffer.from("x"))).toThrow(`${draft.path}: ENOSPC: no space left on device, write`);
  draft.discard();
});

const sentence = "The disk that holds /state is full: make room, then start again.";
const enospc = "ENOSPC: no space left on device, write";

test("of a full disk the first problem is told alone, and at the end the folder to relieve", () => {
  const lines: string[] = [];
  const telling = makeTelling((line) => lines.push(line), "/state");
  for (const problem of ["a", `first: ${enospc}`, `second: ${enospc}`, "b"]) telling.problem(problem);
  telling.end("The broker refused a message.");
  expect(lines).toEqual(["! a", `! first: ${enospc}`, "! b", `The broker refused a message.\n${sentence}`]);
});

test("the end alone may tell of it, or of something else", () => {
  const lines: string[] = [];
  const telling = makeTelling((line) => lines.push(line), "/state");
  telling.end("anything else");
  telling.end(enospc);
  expect(lines).toEqual(["anything else", `${enospc}\n${sentence}`]);
});

test("a problem that repeats is told once", () => {
  expect(countEach(["a", "b", "a", "a"])).toEqual(["a (3 times)", "b"]);
});
