/** `npm run provision` for Gen2+ meters: against a stand-in of the meter and the local gateway, which it really connects to. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { meterModels } from "../../configuration/meter-models";
import { applyToMeter, type Pace } from "../../tools/provision/apply";
import { readArguments, usage } from "../../tools/provision/arguments";
import { createMeterRpc } from "../../tools/provision/meter-rpc";
import { provision } from "../../tools/provision/provision";
import { type Home, loadProject, makeProject, startHome } from "../local/aws/iot/home";
import { type MeterStandIn, type StandInOptions, startMeter } from "./meter-stand-in";

const meter = "shellyemg3-0cb815fc9d38";
const now = 1_750_000_000_000;

let home: Home;
let standIn: MeterStandIn | undefined;

beforeAll(async () => {
  const directory = makeProject();
  await run(directory, meter);
  home = await startHome(directory, await loadProject(directory));
});

afterEach(async () => {
  await standIn?.close();
  standIn = undefined;
});

afterAll(() => home.close());

/** Runs the command; resolves with what it prints. */
async function run(directory: string, ...words: string[]): Promise<string> {
  return runWith({}, directory, ...words);
}

interface How {
  readonly password?: string | undefined;
  readonly pace?: Pace;
}

/** Waiting lets the meter and the broker work, for as long as they need: no time passes. */
const unhurried: Pace = { now: () => now, wait: () => new Promise((resolve) => setTimeout(resolve, 2)) };

/** Time passes with each wait, and with nothing else. */
function makePassing(): Pace {
  let elapsed = 0;
  return {
    now: () => now + elapsed,
    wait: async (ms) => {
      elapsed += ms;
    },
  };
}

async function runWith({ password, pace = unhurried }: How, directory: string, ...words: string[]): Promise<string> {
  const printed: string[] = [];
  await provision(readArguments([...words, "--local", "--state", "state"]), {
    directory,
    print: (line) => void printed.push(line),
    pace,
    password,
  });
  return printed.join("\n");
}

const apply = async (options: Partial<StandInOptions> = {}, pace = unhurried, ...words: string[]) => {
  standIn = await startMeter({ id: meter, ...options });
  return runWith({ password: options.password, pace }, home.directory, meter, "--apply", standIn.url, ...words);
};

describe("a meter without a certificate", () => {
  test("gets its key and request, and is told what comes next", async () => {
    const directory = makeProject();
    expect(await run(directory, meter)).toMatch(
      /Made a key for shellyemg3-.*meters\/shellyemg3-0cb815fc9d38\.csr\.pem\n/,
    );
    expect(readFileSync(join(directory, "meters", `${meter}.csr.pem`), "utf8")).toMatch(
      /^-----BEGIN CERTIFICATE REQUEST-----/,
    );
    const key = join(directory, "keys", meter, "key.pem");
    expect(readFileSync(key, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect([statSync(key).mode & 0o777, statSync(join(key, "..")).mode & 0o777]).toEqual([0o600, 0o700]);
    await expect(run(directory, meter)).rejects.toThrow("start the local cloud first");
    rmSync(directory, { recursive: true });
  });

  test("whose key is on another machine is not given a second one silently", async () => {
    const directory = makeProject();
    await run(directory, meter);
    rmSync(join(directory, "keys"), { recursive: true });
    await expect(run(directory, meter)).rejects.toThrow("was made on another machine");
    rmSync(directory, { recursive: true });
  });
});

describe("--apply", () => {
  test("uploads, sets, restarts, and sees the first message arrive", async () => {
    home.accepted.length = 0;
    const printed = await apply();
    expect(printed).toContain(`${meter} is connected; its first message has arrived (${meter}/events/rpc).`);
    expect(home.accepted.map(({ topic }) => topic)).toEqual([`${meter}/online`, `${meter}/events/rpc`]);
    expect(home.problems).toEqual([]);
    const { key, cert, ca } = home.credentials(meter);
    expect(standIn?.settings()).toEqual({
      ...{ key, cert: `${String(cert).trim()}\n`, ca: `${String(ca).trim()}\n` },
      config: {
        enable: true,
        server: home.secureUrl.replace("mqtts://", ""),
        client_id: meter,
        topic_prefix: meter,
        user: null,
        ssl_ca: "user_ca.pem",
        use_client_cert: true,
        rpc_ntf: true,
        status_ntf: false,
        enable_rpc: false,
        enable_control: false,
      },
    });
    const uploads = standIn?.calls.filter((method) => method.startsWith("Shelly.Put")) ?? [];
    expect(uploads.filter((method) => method === "Shelly.PutTLSClientKey").length).toBeGreaterThan(1);
    expect(printed).not.toMatch(/PRIVATE KEY|CERTIFICATE/);
  });

  test("signs in with the meter's password", async () => {
    expect(await apply({ password: "s3cret" })).toContain("its first message has arrived");
    expect(standIn?.calls).toContain("Shelly.Reboot");
  });

  test("may be repeated after a call that failed", async () => {
    await expect(apply({ failOnce: "Shelly.PutTLSClientKey" })).rejects.toThrow(
      'Shelly.PutTLSClientKey: the meter answers "Resource unavailable" (-114).',
    );
    expect(standIn?.calls).not.toContain("Shelly.Reboot");
    const url = standIn?.url ?? "";
    expect(await run(home.directory, meter, "--apply", url)).toContain("its first message has arrived");
    expect(standIn?.settings().key).toBe(home.credentials(meter).key);
  });

  test.each<[string, Partial<StandInOptions>, string]>([
    ["another meter's address", { id: "shellyemg3-ffffffffffff" }, "This is the meter shellyemg3-ffffffffffff"],
    ["a Gen1 meter's address", { generation: 1 }, "is a Gen1 meter and cannot encrypt"],
    ["old firmware", { firmware: "1.3.3" }, "has the firmware 1.3.3; update it to 1.4.2 or later"],
    ["a meter without the time", { unixtime: null }, "has no time yet"],
    ["a meter with a wrong clock", { unixtime: now / 1000 - 3600 }, "is 3600 s off"],
  ])("changes nothing at %s", async (_, options, reason) => {
    await expect(apply(options)).rejects.toThrow(reason);
    expect(standIn?.calls.filter((method) => !/^(Shelly.GetDeviceInfo|Sys.GetStatus)$/.test(method))).toEqual([]);
  });

  test.each([
    ["1.4.2", true],
    ["1.10.0", true],
    ["2.0.0-beta3", true],
    ["1.4.1", false],
    ["0.14.0", false],
  ])("takes firmware %s: %p", async (firmware, taken) => {
    const outcome = apply({ firmware });
    if (taken) expect(await outcome).toContain("its first message has arrived");
    else await expect(outcome).rejects.toThrow("update it");
  });

  test("sees the first message after a restart of the local cloud, too", async () => {
    await apply();
    await standIn?.close();
    // The third session of the folder is the first one of this start.
    await home.cut();
    await home.restore();
    expect(await apply()).toContain("its first message has arrived");
  });

  test("says so where the meter does not connect", async () => {
    // Stage by stage the right meter, but a broker that is gone.
    await home.cut();
    await expect(apply({}, makePassing(), "--patience", "60")).rejects.toThrow("has not connected within 60 s");
    await home.restore();
  });

  test("says that nobody answers, and that a password is wanted", async () => {
    await expect(run(home.directory, meter, "--apply", "http://127.0.0.1:9")).rejects.toThrow(
      "Shelly.GetDeviceInfo: no answer from http://127.0.0.1:9",
    );
    standIn = await startMeter({ id: meter, password: "s3cret" });
    await expect(run(home.directory, meter, "--apply", standIn.url)).rejects.toThrow("SHELLY_PASSWORD");
    await expect(runWith({ password: "wrong" }, home.directory, meter, "--apply", standIn.url)).rejects.toThrow(
      "refuses the password",
    );
  });
});

test("without --apply the calls are written, and nothing secret is printed", async () => {
  const printed = await run(home.directory, meter);
  const folder = join(home.directory, "keys", meter, "rpc");
  const bodies = readdirSync(folder).sort();
  const methods = bodies.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")).method);
  expect([...new Set(methods)]).toEqual([
    "Shelly.PutUserCA",
    "Shelly.PutTLSClientCert",
    "Shelly.PutTLSClientKey",
    "Mqtt.SetConfig",
    "Shelly.Reboot",
  ]);
  for (const name of bodies) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  expect(printed.split("\n").filter((line) => line.startsWith("  curl --data @"))).toHaveLength(bodies.length);
  expect(printed).not.toContain("PRIVATE KEY");

  // The written bodies are what --apply sends.
  standIn = await startMeter({ id: meter });
  for (const name of bodies)
    await fetch(`${standIn.url}/rpc`, { method: "POST", body: readFileSync(join(folder, name)) });
  expect(standIn.settings().key).toBe(home.credentials(meter).key);
});

describe("whom it means", () => {
  test.each([
    ["shellyem-A4CF12F3B2", "is a Gen1 meter (EM) and cannot encrypt, so it never connects to AWS itself."],
    ["shellyemg3-0cb815fc9d83", 'has no meter "shellyemg3-0cb815fc9d83" (did you mean "shellyemg3-0cb815fc9d38"?)'],
    ["bridge", "Several sites have a bridge; choose one with --site: home, london."],
  ])("%s is answered in a sentence", async (name, sentence) => {
    await expect(run(home.directory, name)).rejects.toThrow(sentence);
  });

  test("a site without a bridge", async () => {
    await expect(run(home.directory, "bridge", "--site", "moon")).rejects.toThrow("sites with one: home, london");
  });
});

describe("the command line", () => {
  test.each([
    [["x", "--apply", "192.168.1.2"], "--apply must be the meter's address"],
    [["x", "--outage", "0"], "--outage must be at least 0.01 days"],
    [["x", "--listen", "0.0.0.0"], "--listen must be the bridge's own IPv4 address"],
    [["x", "--at", "etc"], "--at must be an absolute path"],
    [["x", "--endpoint", "e"], "--endpoint and --certificate go together"],
    [["x", "--rotate", "--retire"], "--rotate, --retire and --apply are done one at a time"],
    [["x", "--colour"], "Unknown option '--colour'"],
    [[], 'Name one meter, or "bridge"'],
    [["x", "y"], 'Name one meter, or "bridge"'],
  ])("%p is answered with what is allowed", (words, message) => {
    expect(() => readArguments(words)).toThrow(message);
  });

  test("has a stack and a state folder by default, and help without a name", () => {
    expect(readArguments(["x"])).toMatchObject({ stack: "prod", keys: "keys", outage: 3 });
    expect(readArguments(["x", "--local"])).toMatchObject({ stack: "dev", state: ".wattlake/demo-dev" });
    expect(readArguments(["x", "--listen", "192.168.1.5"]).listen).toEqual({ host: "192.168.1.5", port: 1883 });
    expect(readArguments(["--help"]).help).toBe(true);
    expect(usage).toContain("--rotate");
  });
});

test("a certificate given by hand must be for the key that is here, and needs no stack", async () => {
  const certificate = join(home.directory, "own.pem");
  writeFileSync(certificate, String(home.credentials(meter).cert));
  const words = [meter, "--endpoint", "a1-ats.iot.eu-central-1.amazonaws.com", "--certificate", certificate];
  await run(home.directory, ...words);
  const folder = join(home.directory, "keys", meter, "rpc");
  const calls = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  const { params } = calls.find(({ method }) => method === "Mqtt.SetConfig");
  expect(params.config.server).toBe("a1-ats.iot.eu-central-1.amazonaws.com:8883");
  const authorities = calls.filter(({ method }) => method === "Shelly.PutUserCA").map((call) => call.params.data);
  expect(authorities.join("").match(/BEGIN CERTIFICATE/g)).toHaveLength(2);

  const other = makeProject();
  await run(other, meter);
  await expect(run(other, ...words)).rejects.toThrow("is for another key than the one here");
  rmSync(other, { recursive: true });
});

test("a meter with two profiles must be in the one that its model says", async () => {
  const models = ["EMG3", "Pro3EM", "Pro3EM-mono", "3EM63G3"] as const;
  expect(models.map((model) => meterModels[model].profile)).toEqual([undefined, "triphase", "monophase", "triphase"]);
  standIn = await startMeter({ id: meter, profile: "monophase" });
  const attempt = applyToMeter({
    ...{ thing: meter, profile: "triphase", observer: undefined, patienceMs: 1, report: () => undefined },
    credentials: { server: "", authorities: "", certificate: "", key: "" },
    rpc: createMeterRpc({ url: standIn.url, password: undefined, timeoutMs: 600_000 }),
    pace: { now: () => now, wait: async () => undefined },
  });
  await expect(attempt).rejects.toThrow(
    'is in the profile "monophase", but its model in the configuration says "triphase"',
  );
});

test.each(Object.entries(meterModels).filter(([, { generation }]) => generation > 1))(
  "a %s is provisioned in the profile of the table, and in no other",
  async (model, { profile }) => {
    const file = join(home.directory, "Pulumi.dev.yaml");
    const demo = readFileSync(file, "utf8");
    writeFileSync(file, demo.replace("model: EMG3", `model: ${model}`));
    const attempt = (set: Partial<StandInOptions>) =>
      apply({ ...set, failOnce: "Shelly.PutUserCA" }).finally(() => standIn?.close());
    try {
      // What is let in comes to the first upload.
      await expect(attempt(profile ? { profile } : {})).rejects.toThrow("Shelly.PutUserCA: the meter answers");
      for (const other of profile ? ["triphase", "monophase"].filter((each) => each !== profile) : [])
        await expect(attempt({ profile: other })).rejects.toThrow(
          `is in the profile "${other}", but its model in the configuration says "${profile}"`,
        );
    } finally {
      writeFileSync(file, demo);
    }
  },
);
