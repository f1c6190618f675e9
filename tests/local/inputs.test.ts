/** What a person gives to npm start: options, a state folder, a stack, a capture; and what is said of mistakes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readCapture } from "../../local/messages/capture";
import { readStackConfig } from "../../local/program/stack-config";
import { readOptions } from "../../local/session/options";
import { changeMeters, readSites } from "../../local/session/sites";
import { claimStateDirectory } from "../../local/session/state-directory";
import { alignTable } from "../../local/session/text-table";
import { needing } from "../needs";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wattlake-inputs-"));
});
afterEach(() => rmSync(directory, { recursive: true }));
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};

describe("options", () => {
  it("have defaults", () => {
    expect(readOptions([])).toMatchObject({ stack: "dev", days: 14, once: false, host: "127.0.0.1" });
    expect(readOptions(["--replay", "x.gz", "--integration", "trapezoid", "--port", "1884"])).toMatchObject({
      replay: "x.gz",
      integration: "trapezoid",
      port: 1884,
    });
  });

  it.each([
    [["--days", "0"], "--days must be at least 1."],
    [["--days", "many"], "--days must be a number from 1 to 366."],
    [["--port", "70000"], "--port must be at most 65535."],
    [["--integration", "simpson"], "--integration must be hold or trapezoid."],
    [["--days", "0", "--port=-1"], "--days must be at least 1.\n--port must be at least 0."],
    [["--replay", "x", "--days", "3"], "--days is of the simulated home and does not go with --replay."],
    [["--replay", "x", "--site", "home"], "--site is of the simulated home and does not go with --replay."],
    [["--frseh"], "Unknown option '--frseh'"],
    [["capture.jsonl"], "Unexpected argument 'capture.jsonl'"],
  ])("%j is refused", (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe("state folder", () => {
  it("is claimed by one process at a time", async () => {
    const state = join(directory, "state");
    const claimed = claimStateDirectory(state, "kept");
    expect(() => claimStateDirectory(state, "kept")).toThrow(`in use by process ${process.pid}`);
    expect(await claimElsewhere(state).said).toContain(`in use by process ${process.pid}. Stop it, or choose another`);
    claimed.release();
    claimStateDirectory(state, "kept").release();
  });

  it("is released by the system when its process is killed", async () => {
    const state = join(directory, "state");
    const other = claimElsewhere(state);
    expect(await other.said).toBe("claimed");
    expect(() => claimStateDirectory(state, "kept")).toThrow(`in use by process ${other.child.pid}`);
    other.child.kill("SIGKILL");
    await once(other.child, "close");
    claimStateDirectory(state, "kept").release();
  });

  it.each([
    ["empty, after a full disk", ""],
    ["of a stranger, who has the number by now", String(process.ppid)],
    ["of a process that is gone", "999999999"],
  ])("is free where its lock is %s", (_, text) => {
    const state = join(directory, "state");
    claimStateDirectory(state, "kept").release();
    file("state/lock", text);
    expect(() => claimStateDirectory(state, "kept").release()).not.toThrow();
  });

  it("says that another process has it where that could not write its number", () => {
    const state = join(directory, "state");
    const claimed = claimStateDirectory(state, "kept");
    file("state/lock", "");
    expect(() => claimStateDirectory(state, "kept")).toThrow("in use by another process. Stop it");
    claimed.release();
  });

  it("is taken over as an earlier version left it", () => {
    mkdirSync(join(directory, "state"));
    file("state/wattlake-state", "What npm start leaves here may be deleted.\n");
    file("state/home.json", "{}");
    claimStateDirectory(join(directory, "state"), "kept").release();
    expect(readdirSync(join(directory, "state"))).toEqual(["home.json", "wattlake-state"]);
  });

  it("is emptied only when it is one", () => {
    const state = join(directory, "state");
    claimStateDirectory(state, "kept").release();
    file("state/old", "x");
    claimStateDirectory(state, "emptied").release();
    expect(readdirSync(state)).toEqual(["wattlake-state"]);

    const other = join(directory, "other");
    mkdirSync(other);
    file("other/letter.txt", "x");
    expect(() => claimStateDirectory(other, "emptied")).toThrow("holds other things");
    expect(readdirSync(other)).toEqual(["letter.txt"]);
  });

  it("stays where it is when it is emptied: a disk may be mounted there", () => {
    const state = join(directory, "state");
    claimStateDirectory(state, "kept").release();
    for (const folder of ["s3", "lost+found"]) mkdirSync(join(directory, "state", folder));
    file("state/s3/old", "x");
    const { ino } = statSync(state);
    claimStateDirectory(state, "emptied").release();
    expect(readdirSync(state)).toEqual(["lost+found", "wattlake-state"]);
    expect(statSync(state).ino).toBe(ino);
  });

  it.each([
    ["is a file", "letter.txt"],
    ["would lie in a file", "letter.txt/state"],
    ["would lie in folders below a file", "letter.txt/some/state"],
  ])("that %s is named", (_, name) => {
    file("letter.txt", "x");
    const state = join(directory, name);
    expect(() => claimStateDirectory(state, "kept")).toThrow(
      new RegExp(`^${state} cannot be used: .* Choose another folder with --state\\.$`),
    );
  });

  // Where a folder cannot be made though its parent is there. In a process of its own: the fault was an endless loop.
  const linux = { what: "a file system of Linux (/proc)", isPresent: process.platform === "linux" };
  needing(linux).test("where no folder can be made is named, at once", async () => {
    const { child, said } = claimElsewhere("/proc/wattlake-none/state");
    const late = setTimeout(() => child.kill("SIGKILL"), 300_000);
    const sentence = await Promise.race([said, once(child, "close").then(() => "nothing")]);
    clearTimeout(late);
    child.kill("SIGKILL");
    expect(sentence).toMatch(/^\/proc\/wattlake-none\/state cannot be used: .* Choose another folder with --state\.$/);
  });

  /** Claims the folder in a process of its own, which holds it until it is killed. */
  function claimElsewhere(state: string) {
    const root = join(__dirname, "../..");
    const program = `
      const { claimStateDirectory } = require("./local/session/state-directory");
      try { claimStateDirectory(process.argv[1], "kept"); console.log("claimed"); setInterval(() => {}, 1000); }
      catch (error) { console.log(error.message); }`;
    const child = spawn(process.execPath, ["-r", "./local/ts.cjs", "-e", program, state], { cwd: root });
    return { child, said: once(child.stdout, "data").then(([chunk]) => String(chunk).trim()) };
  }
});

describe("stack configuration", () => {
  const project =
    "name: wattlake\nconfig:\n  aws:region: eu-west-1\n  greeting: { value: hello }\n  limit: { type: integer, default: 3 }\n";

  it("takes the project's defaults, then the stack's values; a secret stays closed", () => {
    file("Pulumi.yaml", project);
    file(
      "Pulumi.dev.yaml",
      "config:\n  aws:region: eu-central-1\n  wattlake:sites: [{ id: home }]\n  token: { secure: v1:abc }\n  wattlake:alerts: { email: me@example.org, webhook: { secure: v1:def } }\n",
    );
    expect(readStackConfig(directory, "dev")).toEqual({
      project: "wattlake",
      stack: "dev",
      values: {
        "aws:region": "eu-central-1",
        "wattlake:greeting": "hello",
        "wattlake:limit": 3,
        "wattlake:sites": [{ id: "home" }],
        "wattlake:token": "secret of token",
        "wattlake:alerts": { email: "me@example.org", webhook: "https://secret.invalid/webhook" },
      },
      secretKeys: ["wattlake:token", "wattlake:alerts"],
    });
  });

  it("names the stacks that there are", () => {
    file("Pulumi.yaml", project);
    file("Pulumi.dev.yaml", "config: {}\n");
    expect(() => readStackConfig(directory, "prod")).toThrow(
      /The stack "prod" has no file .*Pulumi.prod.yaml. Stacks here: dev\./,
    );
  });

  it.each([
    ["", 'is empty: the block "config" with the stack\'s keys is missing.'],
    ["# nothing but a remark\n", 'is empty: the block "config" with the stack\'s keys is missing.'],
    ["- a list\n", ': the file is a list, but must be a block with the key "config".'],
    ["config:\n", ': config is empty, but must be a block of keys, for example "wattlake:sites".'],
    ["config:\n  - sites\n", ': config is a list, but must be a block of keys, for example "wattlake:sites".'],
    ["config:\n  Watlake:sites: []\n", ': Watlake:sites is no key that is known (did you mean "wattlake:sites"?).'],
    ["config:\n  sites: []\n  wattlake:sites: []\n", ": sites and wattlake:sites are the same key."],
    ["config:\n\twattlake:sites: []\n", ", line 2, column 1: a tab stands before the text"],
  ])("%j is refused by the name of its file, with what is missing", (text, reason) => {
    file("Pulumi.yaml", project);
    const path = file("Pulumi.dev.yaml", text);
    expect(() => readStackConfig(directory, "dev")).toThrow(`${path}${reason.startsWith("is") ? " " : ""}${reason}`);
  });

  it("changes every meter on request, as if it had been written so", () => {
    const config = readStackConfig(join(__dirname, "../.."), "dev");
    const changed = readSites(changeMeters(config, { integration: "trapezoid", maxGap: "5 m" }));
    for (const { meters } of changed)
      for (const meter of meters) expect(meter).toMatchObject({ integration: "trapezoid", maxGap: "5 m" });
    expect(changeMeters(config, {})).toBe(config);
    expect(() => readSites(changeMeters(config, { maxGap: "5" }))).toThrow(/meters\[0\].maxGap is "5"/);
  });
});

describe("captures", () => {
  const line = (received_at: string, payload: string) =>
    JSON.stringify({ received_at, topic: "shellies/a/emeter/0/power", payload });

  it("reads files and folders, plain and gzip, in order of arrival", async () => {
    file("b.jsonl", `${line("2025-06-02T00:00:00Z", "3")}\n\n${line("2025-06-01T00:00:00+02:00", "0")}\n`);
    file("a.mqtt.jsonl.gz", gzipSync(`${line("2025-06-01T12:00:00Z", "1")}\n${line("2025-06-01T12:00:00Z", "2")}`));
    file("notes.txt", "nothing");
    const messages = await readCapture(directory);
    expect(messages.map(({ payload }) => payload)).toEqual(["0", "1", "2", "3"]);
    expect(messages[0]?.at).toBe(Date.UTC(2025, 4, 31, 22));
  });

  it.each([
    ["bad.jsonl", `${line("2025-06-01T00:00:00Z", "1")}\nnot JSON\n`, /bad.jsonl, line 2: this is no captured message/],
    ["bad.jsonl", line("yesterday", "1"), /line 1: .*received_at/s],
    ["bad.jsonl", '{"received_at":"2025-06-01T00:00:00Z","topic":"t","payload":5}', /line 1: .*payload/s],
    ["bad.jsonl.gz", "no gzip", /bad.jsonl.gz cannot be read: incorrect header check$/],
    ["empty.jsonl", "", /empty.jsonl holds no messages/],
  ])("%s: %j is refused by name and line", async (name, content, reason) => {
    await expect(readCapture(file(name, content))).rejects.toThrow(reason);
  });

  it("names a file that cannot be read, and how far it could be", async () => {
    mkdirSync(join(directory, "folder.jsonl"));
    await expect(readCapture(directory)).rejects.toThrow(/folder.jsonl cannot be read: EISDIR/);
    const whole = gzipSync(`${line("2025-06-01T00:00:00Z", "1")}\n`.repeat(3));
    const cut = file("cut.jsonl.gz", whole.subarray(0, -8));
    await expect(readCapture(cut)).rejects.toThrow(
      /cut.jsonl.gz cannot be read( beyond line \d)?: unexpected end of file/,
    );
  });

  it.each([
    ["UTF-8", Buffer.from("\ufeff")],
    ["UTF-16, little end first", Buffer.from([0xff, 0xfe])],
    ["UTF-16, big end first", Buffer.from([0xfe, 0xff])],
  ])("reads a file with a byte order mark of %s, and lines of Windows", async (_, mark) => {
    const text = `${line("2025-06-01T00:00:00Z", "1.5 \u20ac")}\r\n${line("2025-06-01T00:00:01Z", "2")}\r\n`;
    const bytes = mark.length === 3 ? Buffer.from(text) : Buffer.from(text, "utf16le");
    const content = Buffer.concat([mark, mark[0] === 0xfe ? bytes.swap16() : bytes]);
    for (const path of [file("a.jsonl", content), file("a.jsonl.gz", gzipSync(content))]) {
      const messages = await readCapture(path);
      expect(messages.map(({ payload, origin }) => [payload, origin?.line])).toEqual([
        ["1.5 \u20ac", 1],
        ["2", 2],
      ]);
    }
  });

  it("says what is not there", async () => {
    await expect(readCapture(join(directory, "none"))).rejects.toThrow(/There is no capture at .*none/);
    await expect(readCapture(directory)).rejects.toThrow(/holds no capture; its files would end with .jsonl/);
  });
});

it("aligns a table", () => {
  expect(
    alignTable([
      ["day", "kWh"],
      ["2025-06-01", "1.5"],
      ["total", "11.25"],
    ]),
  ).toBe("day           kWh\n----------  -----\n2025-06-01    1.5\ntotal       11.25");
});
