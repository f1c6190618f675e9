/** `npm start` as a process: help, mistakes without a stack trace, and an end at Ctrl-C that leaves nothing behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Temporal } from "temporal-polyfill";
import { checkpointKey } from "../../functions/lake/keys";

const directory = mkdtempSync(join(tmpdir(), "wattlake-main-"));
afterAll(() => rmSync(directory, { recursive: true }));

function start(...args: string[]) {
  const root = join(__dirname, "../..");
  const child = spawn(process.execPath, ["-r", join(root, "local/ts.cjs"), join(root, "local/main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    output.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.err += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code: Number(code), ...output }));
  return { child, output, ended };
}

it("explains itself", async () => {
  expect(await start("--help").ended).toMatchObject({
    code: 0,
    out: expect.stringContaining("--replay <path>"),
    err: "",
  });
});

it.each([
  [["--days", "x"], "--days must be a number from 1 to 366.\nnpm start -- --help lists the options.\n"],
  [
    ["--no-home", "--days", "3"],
    "--days does not go together with --no-home.\nnpm start -- --help lists the options.\n",
  ],
  [
    ["--no-dashboard", "--open"],
    "--open does not go together with --no-dashboard.\nnpm start -- --help lists the options.\n",
  ],
  [["--site", "nope", "--state", join(directory, "d")], "--site must be one of the stack's sites: home, london.\n"],
  [["--replay", "/none/such", "--state", join(directory, "a")], "There is no capture at /none/such.\n"],
])("%j ends with one clear message", async (args, message) => {
  const { code, err } = await start(...args).ended;
  expect(code).toBe(1);
  expect(err.endsWith(message)).toBe(true);
  expect(err).not.toContain("    at ");
});

describe("a state folder that was begun with other options", () => {
  const now = Date.now();
  const begun = { site: "home", since: now - 14 * 86_400_000 };
  const states: Record<string, object> = {
    kept: { until: now, meters: {}, begun },
    older: { until: now, meters: { "shellyem-A4CF12F3B2": { channels: [], reported_at: now } } },
  };
  it.each([
    [
      "kept",
      ["--site", "london"],
      "--site london cannot be had here: the state in DIRECTORY is of the site home and has ",
    ],
    ["kept", ["--days", "366"], "--days 366 cannot be had here: the state in DIRECTORY is of the site home and has "],
    ["older", ["--site", "london"], "--site london cannot be had here: the state in DIRECTORY is of the site home. "],
    ["older", ["--days", "366"], "--days 366 cannot be had here: the state in DIRECTORY is of the site home. "],
  ])("%s: %j is refused, with what the state has and the way out", async (name, args, message) => {
    const state = join(directory, `${name}${args.join("")}`);
    mkdirSync(state);
    writeFileSync(join(state, "wattlake-state"), "");
    writeFileSync(join(state, "home.json"), JSON.stringify(states[name]));
    const { code, err } = await start(...args, "--once", "--state", state).ended;
    expect(err).toContain(message.replace("DIRECTORY", state));
    expect(err).toContain("begin anew with --fresh.\n");
    expect(code).toBe(1);
  });
});

describe("a state folder that cannot be gone on with", () => {
  it.each([
    [
      "of a cut home.json",
      "home.json",
      '{"until":17',
      /^DIRECTORY\/home\.json is damaged \(.*JSON.*\)\. To begin anew: npm start -- --fresh --stack dev --state DIRECTORY$/,
    ],
    [
      "begun without a home",
      `s3/lake/${checkpointKey}`,
      "{}",
      /^The state in DIRECTORY has no home\.json: it was begun without a simulated home .*--no-home; /,
    ],
  ])("%s is named, with the way out", async (name, file, text, sentence) => {
    const state = join(directory, name.replaceAll(" ", "-"));
    mkdirSync(dirname(join(state, file)), { recursive: true });
    writeFileSync(join(state, "wattlake-state"), "");
    writeFileSync(join(state, file), text);
    const { code, err } = await start("--once", "--state", state).ended;
    expect(err.replaceAll(state, "DIRECTORY").trimEnd()).toMatch(sentence);
    expect(code).toBe(1);
  });
});

it("names the stack that does not exist", async () => {
  const { code, err } = await start("--stack", "nope", "--state", join(directory, "b")).ended;
  expect(code).toBe(1);
  expect(err).toMatch(/^The stack "nope" has no file .*\n$/);
});

it("goes on at a restart from where it was, and says what an incomplete day lacks", async () => {
  const state = join(directory, "again");
  const words = ["--once", "--days", "1", "--site", "london", "--state", state];
  const first = await start(...words).ended;
  // A slow machine tells where it is meanwhile.
  expect(first.out).toMatch(/Publish the days since \d{4}-\d\d-\d\d\n(› .*\n)*.* [1-9][\d,]* messages of /);
  expect(first.out).toContain("* not whole: the seconds before the first reading of all, an outage, or");
  const second = await start(...words).ended;
  expect(second.out).toMatch(
    / Publish what the home measured since .*Z\n(› .*\n)*. ([1-9]\d* messages? of|The home goes on from .*: it has measured nothing since)/,
  );
  expect([first.code, second.code, first.err, second.err]).toEqual([0, 0, "", ""]);
});

it("goes live without a simulated home, serves the dashboard, says when the first table comes, and stops at Ctrl-C", async () => {
  const state = join(directory, "real");
  const { child, output, ended } = start("--no-home", "--state", state);
  await new Promise<void>((resolve) => {
    child.stdout.on("data", () => {
      if (output.out.includes("Ctrl-C ends it")) resolve();
    });
  });
  // The first thing that is said of what goes on.
  const [, page = ""] = /^Dashboard: (http:\/\/127\.0\.0\.1:\d+)\nLive\. /m.exec(output.out) ?? [];
  const sites = await fetch(`${page}/api/sites`).then((response) => response.json());
  expect(sites).toMatchObject({
    live: true,
    sites: [{ id: "home", zone: "Europe/Warsaw", currency: "PLN" }, { id: "london" }],
  });
  const day = sites.sites[0].today;
  const period = await fetch(`${page}/api/period?site=home&from=${day}&to=${day}`).then((response) => response.json());
  expect(period.tables.totals.rows).toMatchObject([{ from_date: day, import_wh: null }]);
  child.kill("SIGINT");
  const { err, out } = await ended;
  expect(out).toContain("No readings yet.");
  expect(out).toMatch(/A table follows each scheduled run, the first at \d{4}-\d\d-\d\d \d\d:\d\d;/);
  expect(out).not.toContain("Publish");
  expect(err).toBe("");
  expect([existsSync(join(state, "home.json")), existsSync(join(state, "lock"))]).toEqual([false, false]);
});

it("stops at Ctrl-C in the middle of its work: no child, no lock", async () => {
  const state = join(directory, "c");
  const twoDaysAgo = () => Temporal.Now.plainDateISO("Europe/Warsaw").subtract({ days: 2 }).toString();
  const before = twoDaysAgo();
  const { child, ended } = start("--days", "2", "--state", state);
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      if (String(chunk).includes("Publish the days")) resolve();
    });
  });
  child.kill("SIGINT");
  // "close" comes when every process that holds the output has ended, the sandboxes among them.
  const { err, out } = await ended;
  expect(out).toContain("Stopping.");
  // At the home, where a day begins on the day before in UTC.
  expect([before, twoDaysAgo()]).toContain(/Publish the days since (.*)/.exec(out)?.[1]);
  expect(err.replace(/^✖ .* \[FAILED: not finished\]\n/, "")).toBe("");
  expect(existsSync(join(state, "lock"))).toBe(false);
});
