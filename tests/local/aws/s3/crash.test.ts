/**
 * A crash at any step: the directory is copied before every call that changes it, and each copy is opened as a restart
 * would. Each must hold the state before the change or the one after it, with bytes and metadata that belong together.
 */
import { createHash } from "node:crypto";
import fs, { closeSync, cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Bucket } from "../../../../local/aws/s3/bucket";
import { Store } from "../../../../local/aws/s3/store";
import { bucket as name, newDirectory, seed } from "./harness";

const steps = [
  "appendFileSync",
  "ftruncateSync",
  "mkdirSync",
  "openSync",
  "renameSync",
  "rmdirSync",
  "rmSync",
  "writeFileSync",
] as const;

let directory: string;
let copies: string;
beforeEach(() => {
  directory = newDirectory();
  copies = newDirectory();
});
afterEach(() => {
  for (const path of [directory, copies]) rmSync(path, { recursive: true });
});

type Found = Record<string, string>;

/** Acts on the bucket, and returns what a restart finds after a crash before each step of it, and at its end. */
function crashing(act: (bucket: Bucket) => void): Found[] {
  const store = new Store(directory);
  const originals = steps.map((step) => [step, fs[step]] as const);
  let count = 0;
  const copy = () => cpSync(directory, join(copies, String(count++)), { recursive: true });
  const restore = () => {
    for (const [step, original] of originals) Reflect.set(fs, step, original);
  };
  const watch = () => {
    for (const [step, original] of originals) {
      const watched = new Proxy(original, {
        apply(target, self, args) {
          restore();
          copy();
          const [file, data] = args;
          if (step.endsWith("FileSync") && (typeof data === "string" || Buffer.isBuffer(data))) {
            // Also in the middle of what is written.
            const middle = data.length >> 1;
            Reflect.apply(target, self, [file, data.slice(0, middle)]);
            copy();
            if (step === "appendFileSync") args = [file, data.slice(middle)];
          }
          const result = Reflect.apply(target, self, args);
          watch();
          return result;
        },
      });
      Reflect.set(fs, step, watched);
    }
  };
  watch();
  try {
    act(store.bucket(name));
  } finally {
    restore();
  }
  copy();
  store.close();
  return Array.from({ length: count }, (_, index) => whatIsIn(join(copies, String(index))));
}

/** The objects of a directory as a restart finds them, each with its text, which must be what its ETag says. */
function whatIsIn(path: string): Found {
  const store = new Store(path);
  const bucket = store.bucket(name);
  const texts: Found = {};
  for (const key of bucket.keys()) {
    const object = bucket.get(key);
    if (!object) throw new Error(`${key} is listed and not there`);
    const file = bucket.openBody(key, object);
    const bytes = readFileSync(file);
    closeSync(file);
    expect(object.etag).toBe(createHash("md5").update(bytes).digest("hex"));
    texts[key] = bytes.toString();
  }
  expect(readdirSync(join(path, ".objects", name, "incoming"))).toEqual([]);
  store.close();
  return texts;
}

function put(bucket: Bucket, key: string, body: string): void {
  const draft = bucket.draft();
  draft.write(Buffer.from(body));
  const etag = createHash("md5").update(body).digest("hex");
  const object = { body: draft.id, size: body.length, etag, modified_ms: 0, headers: {}, checksums: {} };
  bucket.commit(key, draft, object, () => {});
}

/** Both states must come, the one after the other. */
function expectOnce(found: Found[], before: Found, after: Found): void {
  const changed = found.findIndex((state) => JSON.stringify(state) === JSON.stringify(after));
  expect(found.slice(0, changed)).toEqual(found.slice(0, changed).map(() => before));
  expect(found.slice(changed)).toEqual(found.slice(changed).map(() => after));
  expect(changed).toBeGreaterThan(0);
}

const kept = { "dir/kept.txt": "dir/kept.txt" };

test("of a new object in a new directory", () => {
  seed(directory, ["dir/kept.txt"]);
  const found = crashing((bucket) => put(bucket, "new/deep/a.txt", "new"));
  expectOnce(found, kept, { ...kept, "new/deep/a.txt": "new" });
});

test("of an overwrite by a body of the same length", () => {
  seed(directory, ["dir/kept.txt", "old"]);
  const found = crashing((bucket) => put(bucket, "old", "new"));
  expectOnce(found, { ...kept, old: "old" }, { ...kept, old: "new" });
});

test("of a delete that leaves directories empty", () => {
  seed(directory, ["dir/kept.txt", "dir/a/b/c.txt"]);
  const found = crashing((bucket) => bucket.remove("dir/a/b/c.txt"));
  expectOnce(found, { ...kept, "dir/a/b/c.txt": "dir/a/b/c.txt" }, kept);
  expect(readdirSync(join(directory, name, "dir"))).toEqual(["kept.txt"]);
});

test("of a write that replaces a long journal by its result", () => {
  seed(directory, ["dir/kept.txt", ...Array.from({ length: 1003 }, () => "old")]);
  const journal = () => readFileSync(join(directory, ".objects", name, "journal.jsonl"), "utf8").split("\n").length;
  expect(journal()).toBeGreaterThan(1000);
  const found = crashing((bucket) => put(bucket, "old", "new"));
  expect(journal()).toBeLessThan(10);
  expectOnce(found, { ...kept, old: "old" }, { ...kept, old: "new" });
});
