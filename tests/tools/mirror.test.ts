/** `npm run mirror` against the local cloud: the program's job is started as in the cloud, by its REST call. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { OAuth2Client } from "google-auth-library";
import { readMirrorArguments } from "../../tools/mirror/arguments";
import { readMirrorJob } from "../../tools/mirror/outputs";
import { runTransferJob } from "../../tools/mirror/run";
import { hashFiles, makeDirectories, type Opened, openCloud, registerDemo } from "../local/clouds";

const directories = makeDirectories();
const job = { name: "transferJobs/mirror-comparison", project: "wattlake-demo" };
const outputs = { mirrorJob: job.name, dataset: "wattlake-demo.wattlake", other: 1 };

let directory: string;
let opened: Opened;
beforeAll(async () => {
  directory = directories.make();
  opened = await openCloud(await registerDemo(), directory, Date.parse("2026-06-01T12:00:00Z"));
}, 120_000);
afterAll(async () => {
  await opened.cloud.close();
  directories.removeAll();
});

function clientOf(token: string): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token });
  return client;
}
const start = (name: string, token = opened.cloud.bigQuery.userToken) =>
  runTransferJob(clientOf(token), opened.cloud.storageTransferUrl, { ...job, name });

test("starts the job that compares: what is missing in the mirror is there at once, not the next day", async () => {
  const mirror = join(directory, "gcs");
  const before = hashFiles(mirror);
  const files = Object.keys(before).filter((path) => path.includes("/reference/"));
  expect(files).not.toEqual([]);
  for (const file of files) rmSync(join(mirror, file));

  const found = await readMirrorJob("dev", async () => JSON.stringify(outputs));
  expect(found).toEqual(job);
  expect(await start(found.name)).toMatch(/^transferOperations\/transferJobs-mirror-comparison-/);
  await opened.cloud.settleMirror();
  expect(hashFiles(mirror)).toEqual(before);
  expect(opened.problems).toEqual([]);
});

test.each([
  ["an event-driven job", "transferJobs/mirror-job", /mirror-job \(400\): .*by its events only/],
  ["a job that there is not", "transferJobs/other", /transferJobs\/other \(404\): .*does not exist/],
])("%s is not started", async (_, name, message) => {
  await expect(start(name)).rejects.toThrow(message);
});

test("nobody but the owner of the project starts it", async () => {
  await expect(start(job.name, "a stranger's")).rejects.toThrow(/\(403\): .*storagetransfer.jobs.run denied/);
});

test("where Pulumi tells nothing, or of no mirror, the sentence says what to do", async () => {
  const refuse = () => Promise.reject(Object.assign(new Error("exit 255"), { stderr: "error: no stack named 'x'\n" }));
  await expect(readMirrorJob("x", refuse)).rejects.toThrow(
    `Pulumi tells no outputs of the stack "x": error: no stack named 'x'\nSign in`,
  );
  await expect(readMirrorJob("dev", async () => "{}")).rejects.toThrow('"dev" has no mirror yet: run `npm run up`');
});

test("the command line names a stack", () => {
  expect(readMirrorArguments([])).toEqual({ help: false, stack: "dev" });
  expect(readMirrorArguments(["--stack", "prod"])).toEqual({ help: false, stack: "prod" });
  expect(() => readMirrorArguments(["--stcak", "prod"])).toThrow("--stcak");
});
