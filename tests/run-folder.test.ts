/** What is made once a run: once for a key, anew for another, and never what failed. */
import { randomUUID } from "node:crypto";
import { onceARun } from "./run-folder";

test("a key is made once and keeps what it was, undefined too", async () => {
  const make = jest.fn(async () => ({ text: "a", missing: undefined }));
  const key = ["thing", randomUUID()];
  expect(await onceARun(key, make)).toStrictEqual({ text: "a", missing: undefined });
  expect(await onceARun([...key], make)).toStrictEqual({ text: "a", missing: undefined });
  expect(make).toHaveBeenCalledTimes(1);
  await onceARun([...key, "more"], make);
  expect(make).toHaveBeenCalledTimes(2);
});

test("what fails is made again", async () => {
  const key = ["broken", randomUUID()];
  await expect(onceARun(key, () => Promise.reject(new Error("no space")))).rejects.toThrow("no space");
  expect(await onceARun(key, async () => "made")).toBe("made");
});
