/** The house of the local cloud: a service is entered by its face, and imports run one way. */
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Import, readImports, violations } from "./imports";

const local = join(__dirname, "../../local");
const directories = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

test("imports run by faces, downwards, and in no circle", () => {
  const imports = readImports(local);
  expect(imports).toContainEqual({ file: "cloud.ts", imported: "aws/iot/index.ts" });
  expect(imports).toContainEqual({ file: "session/session.ts", imported: "cloud.ts" });
  expect(violations(imports)).toEqual([]);
});

test.each(["aws", "google"])(
  "every service of %s has a face, and the cloud starts it or another service does",
  (side) => {
    const imports = readImports(local);
    for (const name of directories(join(local, side))) {
      const face = `${side}/${name}/index.ts`;
      const users = imports.filter(({ file, imported }) => imported === face && !file.startsWith(`${side}/${name}/`));
      expect([face, users.length > 0]).toEqual([face, true]);
    }
  },
);

const invented = (...pairs: (readonly [file: string, imported: string])[]): Import[] =>
  pairs.map(([file, imported]) => ({ file, imported }));

test.each<[string, Import[], string[]]>([
  ["a face", invented(["aws/iot/rules/rules.ts", "aws/s3/index.ts"], ["cloud.ts", "aws/iot/index.ts"]), []],
  ["a file of one's own folder", invented(["aws/s3/index.ts", "aws/s3/server.ts"]), []],
  [
    "a file behind a face",
    invented(["aws/iot/rules/rules.ts", "aws/s3/client.ts"]),
    ["aws/iot/rules/rules.ts imports aws/s3/client.ts, past the face of aws/s3"],
  ],
  [
    "a face deeper inside",
    invented(["session/demo.ts", "aws/iot/rules/index.ts"]),
    ["session/demo.ts imports aws/iot/rules/index.ts, past the face of aws/iot"],
  ],
  [
    "two services of each other",
    invented(["aws/iam/identity.ts", "aws/s3/index.ts"], ["aws/s3/server.ts", "aws/iam/index.ts"]),
    [
      "aws/iam/identity.ts imports aws/s3/index.ts, but aws/s3 leads back to aws/iam",
      "aws/s3/server.ts imports aws/iam/index.ts, but aws/iam leads back to aws/s3",
    ],
  ],
  [
    "a circle by way of the world",
    invented(
      ["world.ts", "aws/iam/index.ts"],
      ["aws/iam/roles.ts", "aws/sqs/index.ts"],
      ["aws/sqs/queues.ts", "world.ts"],
    ),
    [
      "world.ts imports aws/iam/index.ts, but aws/iam leads back to world.ts",
      "aws/iam/roles.ts imports aws/sqs/index.ts, but aws/sqs leads back to aws/iam",
      "aws/sqs/queues.ts imports world.ts, but world.ts leads back to aws/sqs",
    ],
  ],
])("of %s it is told what is wrong", (_, imports, expected) => {
  expect(violations(imports)).toEqual(expected);
});

test.each([
  ["aws/s3/index.ts", "cloud.ts"],
  ["google/duckdb/rows.ts", "session/report.ts"],
  ["google/bigquery/server.ts", "home/simulation.ts"],
  ["aws/iot/broker.ts", "messages/capture.ts"],
  ["messages/publisher.ts", "session/group.ts"],
  ["program/computed.ts", "aws/iam/index.ts"],
  ["program/graph.ts", "world.ts"],
  ["clock.ts", "program/graph.ts"],
  ["cloud.ts", "main.ts"],
])("%s may not look up to %s", (file, imported) => {
  expect(violations(invented([file, imported]))).toEqual([`${file} imports ${imported}, back up`]);
});

test.each([
  ["an import", 'import { Store } from "../s3/store";'],
  ["an import of a type", 'import type { Store } from "../s3/store";'],
  ["an export from", 'export { Store } from "../s3/store";'],
  ["a type by its module", 'export type Store = import("../s3/store").Store;'],
  ["a require", 'const store = require("../s3/store");'],
  ["a dynamic import", 'const store = import("../s3/store");'],
])("%s that is planted in the house is found", (_, line) => {
  const copy = mkdtempSync(join(tmpdir(), "wattlake-house-"));
  try {
    cpSync(local, copy, { recursive: true });
    writeFileSync(join(copy, "aws/sqs/planted.ts"), `${line}\n`);
    expect(violations(readImports(copy))).toEqual(
      expect.arrayContaining([
        "aws/sqs/planted.ts imports aws/s3/store.ts, past the face of aws/s3",
        "aws/sqs/planted.ts imports aws/s3/store.ts, but aws/s3 leads back to aws/sqs",
      ]),
    );
  } finally {
    rmSync(copy, { recursive: true });
  }
});
