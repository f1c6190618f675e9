/** What live mode says of itself leads a person in: the keys in the file are those of the running cloud, for its owner alone. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { createIdentities } from "../../local/aws/iam";
import { createBuckets } from "../../local/aws/s3";
import { createClock } from "../../local/clock";
import { createGraph } from "../../local/program/graph";
import { offerLake, waysIn } from "../../local/session/endpoint";
import { lake } from "./fixture";

const state = mkdtempSync(join(tmpdir(), "wattlake ways-"));
afterAll(() => rmSync(state, { recursive: true }));

test("the lake, by the command that is printed", async () => {
  const graph = createGraph([lake]);
  const identities = createIdentities(graph);
  const ends: (() => void | Promise<void>)[] = [];
  const world = {
    identities,
    clock: createClock(Date.UTC(2025, 5, 3)),
    stateDirectory: state,
    onClose: (end: () => void | Promise<void>) => void ends.push(end),
  };
  const { url } = await createBuckets(graph, world, new Map());
  const remove = await offerLake(state, graph, { s3Url: url, deployer: identities.deployer });
  const path = join(state, "aws.env");
  expect(statSync(path).mode & 0o777).toBe(0o600);

  const [figures, objects] = waysIn(state);
  expect(figures).toContain(`npm run query -- --state '${state}'`);
  // Up to the AWS CLI itself, which need not be installed here: a shell reads the file, a client of the SDK its variables.
  const [, reading = "", prefix] = /: +(\. .*) && aws s3 ls --recursive \$LAKE\/(.*)$/.exec(objects ?? "") ?? [];
  const told = execFileSync("sh", ["-c", `${reading} && env`], { encoding: "utf8", env: { PATH: process.env.PATH } });
  const variables = z
    .object({
      AWS_ENDPOINT_URL_S3: z.string(),
      AWS_ACCESS_KEY_ID: z.string(),
      AWS_SECRET_ACCESS_KEY: z.string(),
      AWS_REGION: z.string(),
      LAKE: z.string(),
    })
    .parse(Object.fromEntries(told.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2))));
  const credentials = { accessKeyId: variables.AWS_ACCESS_KEY_ID, secretAccessKey: variables.AWS_SECRET_ACCESS_KEY };
  const s3 = new S3Client({
    endpoint: variables.AWS_ENDPOINT_URL_S3,
    region: variables.AWS_REGION,
    credentials,
    forcePathStyle: true,
  });
  const Bucket = variables.LAKE.replace("s3://", "");
  await s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}a.gz`, Body: "a" }));
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  expect(Contents?.map(({ Key }) => Key)).toEqual([`${prefix}a.gz`]);
  s3.destroy();

  await remove();
  expect(existsSync(path)).toBe(false);
  for (const end of ends.reverse()) await end();
});
