/** A full disk, as a write that fails with ENOSPC: whoever writes says which file it was. */
import fs, { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBuffers } from "../../local/aws/firehose/firehose-buffer";
import { Draft } from "../../local/aws/s3/draft";
import { countEach, withFullDisk } from "../../local/failures";

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

test("where the file is not known, the folder to relieve is told; a problem that repeats is told once", () => {
  expect(withFullDisk("ENOSPC: no space left on device, write", "/state")).toBe(
    "ENOSPC: no space left on device, write\nThe disk that holds /state is full: make room, then start again.",
  );
  expect(withFullDisk("anything else", "/state")).toBe("anything else");
  expect(countEach(["a", "b", "a", "a"])).toEqual(["a (3 times)", "b"]);
});
