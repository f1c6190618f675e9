/** Files of the state folder that were cut: each is told with its path and the command that mends it, or does no harm. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { dayManifestKey, hourManifestKey, rawHourPrefix, referenceKeys, stagedKey } from "../../functions/lake/keys";
import { createIdentities } from "../../local/aws/iam";
import { openAuthority } from "../../local/aws/iot/gateway/authority";
import { gatewayFiles } from "../../local/aws/iot/gateway/files";
import { createBuckets, createS3Client } from "../../local/aws/s3";
import { createClock } from "../../local/clock";
import { readJsonFile } from "../../local/damage";
import { simulationState } from "../../local/home/simulation";
import { createGraph } from "../../local/program/graph";
import { endpointFile, findEndpoint, offerEndpoint } from "../../local/session/endpoint";
import { localUplink } from "../../tools/provision/outputs";
import { lake } from "./fixture";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "wattlake-damage-"));
});
afterEach(() => rmSync(state, { recursive: true }));

const write = (path: string, text: string | Buffer) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
/** Without its line end a file is as good as whole. */
const cutLength = (length: number, share: number) => Math.floor((length - 1) * share);
/** Runs with the file cut to a share of its length, and puts it back. */
async function cut<T>(path: string, share: number, work: () => T | Promise<T>): Promise<T> {
  const whole = readFileSync(path);
  write(path, whole.subarray(0, cutLength(whole.length, share)));
  try {
    return await work();
  } finally {
    write(path, whole);
  }
}
const shares = fc.double({ min: 0, max: 0.99, noNaN: true });
const anywhere = (work: (share: number) => Promise<void>, numRuns = 25) =>
  fc.assert(fc.asyncProperty(shares, work), { numRuns, seed: 20, examples: [[0]] });

/** Opens the buckets of a program that has a lake, and ends them. */
async function withBuckets<T>(work: (s3: ReturnType<typeof createS3Client>, told: readonly string[]) => Promise<T>) {
  const graph = createGraph([lake]);
  const ends: (() => void | Promise<void>)[] = [];
  const told: string[] = [];
  const identities = createIdentities(graph);
  const world = {
    identities,
    clock: createClock(Date.UTC(2025, 5, 3)),
    stateDirectory: state,
    onClose: (end: () => void | Promise<void>) => void ends.push(end),
    onWarning: (warning: string) => void told.push(warning),
  };
  const { url } = await createBuckets(graph, world, new Map());
  const s3 = createS3Client(url, identities.deployer);
  try {
    return await work(s3, told);
  } finally {
    s3.destroy();
    for (const end of ends.reverse()) await end();
  }
}

const backfill = (from: string, to: string) => `npm run backfill -- --local --state {state} --from ${from} --to ${to}`;
const hour = "2025-06-02T05";
const objects: readonly [key: string, remedy: string][] = [
  [hourManifestKey(hour), `rm {path} && ${backfill("2025-06-02", "2025-06-02")}`],
  [dayManifestKey("home", "2025-06-02"), `rm {path} && ${backfill("2025-06-01", "2025-06-03")}`],
  [
    stagedKey("home", "2025-06-03", hour),
    `rm {path} {state}/s3/lake/${hourManifestKey(hour)} && ${backfill("2025-06-02", "2025-06-02")}`,
  ],
  [
    `${rawHourPrefix(hour)}a.gz`,
    `What it held is lost unless you have a copy. To go on without it, stop npm start and run: rm {path} {state}/s3/lake/${hourManifestKey(hour)} && ${backfill("2025-06-02", "2025-06-02")}`,
  ],
  [referenceKeys.meters, "rm {path}, and start again."],
];

test.each(objects)(
  "%s",
  async (key, remedy) => {
    const path = join(state, "s3/lake", key);
    const expected = remedy.replaceAll("{state}", state).replaceAll("{path}", path);
    await withBuckets(async (s3) => {
      for (const Key of new Set([hourManifestKey(hour), key]))
        await s3.send(new PutObjectCommand({ Bucket: "lake", Key, Body: "0123456789".repeat(20) }));
      const got = () => s3.send(new GetObjectCommand({ Bucket: "lake", Key: key }));
      await anywhere(async (share) => {
        await cut(path, share, async () => {
          const error = await got().then(
            () => undefined,
            (reason: Error) => reason,
          );
          expect(error?.message).toContain(`${path} was changed from outside: it has ${cutLength(200, share)} bytes`);
          expect(error?.message).toContain(expected);
        });
      }, 4);
      // As a power cut leaves it: of the same length.
      const whole = readFileSync(path);
      write(path, Buffer.alloc(whole.length));
      await expect(got()).rejects.toThrow("it has other bytes than were stored");
      write(path, whole);
      expect((await got()).ContentLength).toBe(200);
    });
  },
  120_000,
);

test("several objects at once are told at the start, with the commands in a file", async () => {
  const keys = [
    dayManifestKey("home", "2025-06-02"),
    hourManifestKey("2025-06-05T01"),
    stagedKey("home", "2025-06-03", hour),
  ];
  await withBuckets(async (s3) => {
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: "lake", Key, Body: "0123456789" }));
  });
  const pathOf = (key: string) => join(state, "s3/lake", key);
  for (const key of keys) write(pathOf(key), "01234");
  // Where one was cut, one of the same length is looked at, too.
  write(pathOf(keys[2] ?? ""), "0000000000");
  const told = await withBuckets(async (_, warnings) => warnings);
  const script = join(state, "mend.sh");
  expect(told).toEqual([
    `3 files of the lake: ${pathOf(keys[0] ?? "")} was changed from outside: it has 5 bytes, not 10. To mend all, stop npm start and run: sh ${script}`,
  ]);
  const bin = join(state, "bin");
  write(join(bin, "npm"), '#!/bin/sh\necho "npm $*"\n');
  chmodSync(join(bin, "npm"), 0o755);
  const ran = execFileSync("sh", [script], { encoding: "utf8", env: { PATH: `${bin}:${process.env.PATH}` } });
  expect(ran).toBe(`npm run backfill -- --local --state ${state} --from 2025-06-01 --to 2025-06-05\n`);
  for (const key of keys) expect(existsSync(pathOf(key))).toBe(false);
  // Their sources are not in this lake.
  expect(await withBuckets(async (_, warnings) => warnings)).toEqual([
    expect.stringMatching(
      /^Gone from the folder of the lake: 3 files, the first is .*\. Nothing else holds what was there/,
    ),
  ]);
});

test("the journal: what it no longer knows is told, and how to begin anew", async () => {
  const journal = join(state, "s3/.objects/lake/journal.jsonl");
  await withBuckets(async (s3) => {
    for (let number = 0; number < 5; number++)
      await s3.send(new PutObjectCommand({ Bucket: "lake", Key: `raw/${number}.txt`, Body: "a" }));
  });
  const lines = readFileSync(journal, "utf8").trimEnd().split("\n").length;
  const anew = `npm start -- --fresh --state ${state}`;
  await anywhere((share) =>
    cut(journal, share, async () => {
      const left = readFileSync(journal, "utf8").split("\n").length - 1;
      const told = await withBuckets(async (_, warnings) => warnings).catch((error: Error) => [error.message]);
      const what = left === 0 ? `${journal} does not begin with its bucket.` : `does not know ${lines - left} file`;
      expect(told).toEqual([expect.stringContaining(what)]);
      expect(told[0]).toContain(anew);
    }),
  );
  expect(await withBuckets(async (_, warnings) => warnings)).toEqual([]);
}, 120_000);

test("the simulated home", async () => {
  const path = join(state, "home.json");
  const meters = { em: { channels: [{ import_wh: 1, export_wh: 2, reported_w: null }], reported_at: 3 } };
  write(path, JSON.stringify({ until: 1, meters }));
  const read = async () => readJsonFile(path, simulationState, "Do this.");
  await anywhere((share) =>
    cut(path, share, () =>
      expect(read()).rejects.toThrow(new RegExp(`^${path} is damaged \\(.*JSON.*\\)\\. Do this\\.$`)),
    ),
  );
  expect(await read()).toMatchObject({ until: 1 });
  write(path, '{"until":1,"meters":{"em":{"channels":[{"import_wh":null}]}}}');
  await expect(read()).rejects.toThrow(`${path} is damaged (meters.em.channels.0.import_wh: `);
});

test("BigQuery's endpoint", async () => {
  await offerEndpoint(state, { url: "http://127.0.0.1:1", token: "t", project: "p", dataset: "d" });
  const path = join(state, endpointFile);
  await anywhere((share) =>
    cut(path, share, () =>
      expect(findEndpoint(state)).rejects.toThrow(/bigquery.json is damaged .*npm start writes it/),
    ),
  );
  expect(await findEndpoint(state)).toBeUndefined();
});

test("the gateway", async () => {
  expect(() => localUplink(state)).toThrow("start the local cloud first, with one (npm start -- --gateway-port 8883)");
  const { certificate } = await openAuthority(state);
  const { authority, authorityKey, outputs, sessions } = gatewayFiles(state);
  write(outputs, JSON.stringify({ iotEndpoint: "127.0.0.1:8883", meterCertificates: {} }));
  const session = sessions("em");
  write(session, JSON.stringify({ sessions: 1, topic: "em/events/rpc" }));
  const seen = async () => localUplink(state).observer?.("em").seen();
  await anywhere(async (share) => {
    await cut(outputs, share, () =>
      expect(seen()).rejects.toThrow(/outputs.json is damaged .* Stop npm start and start/),
    );
    await cut(session, share, () => expect(seen()).rejects.toThrow(`Remove it: rm ${session}`));
    for (const path of [authority, authorityKey])
      await cut(path, share, () =>
        expect(openAuthority(state)).rejects.toThrow(
          new RegExp(
            `^${path} is damaged \\(.*\\)\\. For a new authority: rm ${authority} ${authorityKey}, start again`,
          ),
        ),
      );
  }, 10);
  expect(await seen()).toEqual({ sessions: 1, topic: "em/events/rpc" });
  expect((await openAuthority(state)).certificate).toBe(certificate);
  rmSync(authority);
  expect((await openAuthority(state)).certificate).not.toBe(certificate);
});
