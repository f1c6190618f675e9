/** Carries the calls out at a Gen2+ meter: checks that it is the right one, uploads, restarts, and waits for its first message. */
import { z } from "zod";
import type { MeterProfile } from "../../configuration/meter-models";
import { type MeterCredentials, meterCalls, type RpcCall } from "./meter-calls";
import type { MeterRpc } from "./meter-rpc";

/** Sees what arrives at the other end; local mode has one. */
export interface Observer {
  /** How often the client has connected and then published, and what came last. */
  readonly seen: () => { readonly sessions: number; readonly topic: string };
}

/** Waiting, to be replaced in tests. */
export interface Pace {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

export interface ApplyOptions {
  readonly thing: string;
  /** The profile that the configuration's model says; undefined for a model that has only one. */
  readonly profile: MeterProfile | undefined;
  readonly credentials: MeterCredentials;
  readonly rpc: MeterRpc;
  readonly observer: Observer | undefined;
  readonly pace: Pace;
  /** How long the meter may take to restart and connect, ms. */
  readonly patienceMs: number;
  readonly report: (line: string) => void;
}

/** Firmware with all of the calls; the vendor's own AWS recipe asks for the same. */
const oldestFirmware = "1.4.2";
/** So far may the meter's clock be from this machine's, s. */
const clockTolerance = 120;
const pollMs = 2000;
/** IoT Core accepts a connection before it judges what comes over it: only one that lasts is a good one. */
const steadyPolls = 5;

const deviceInfo = z.looseObject({
  id: z.string(),
  mac: z.string(),
  gen: z.number().default(1),
  ver: z.string(),
  profile: z.string().optional(),
});
const systemStatus = z.looseObject({ unixtime: z.number().nullable() });
const mqttStatus = z.looseObject({ connected: z.boolean() });

/** Resolves with what was seen of the meter's first message. @throws where a step fails; all may be repeated. */
export async function applyToMeter(options: ApplyOptions): Promise<string> {
  const { thing, rpc, credentials, observer, report } = options;
  await checkMeter(options);
  const before = observer?.seen().sessions;
  for (const call of meterCalls(thing, credentials)) {
    report(describe(call));
    await rpc.call(call);
  }
  report("waiting for the meter to restart and connect");
  await untilConnected(options);
  if (observer === undefined || before === undefined) return `${thing} is connected, and the connection lasts.`;
  report("waiting for its first message");
  const { topic } = await untilSeen(options, observer, before);
  return `${thing} is connected; its first message has arrived (${topic}).`;
}

/** A call in a line; never what it uploads. */
export function describe({ method, params }: RpcCall): string {
  const { data } = params;
  if (typeof data !== "string") return method;
  return `${method}  ${data.length} characters${params.append === true ? ", appended" : ""}`;
}

async function checkMeter({ thing, profile, rpc, pace, report }: ApplyOptions) {
  const info = deviceInfo.parse(await rpc.call({ method: "Shelly.GetDeviceInfo", params: {} }));
  report(`${info.id}, generation ${info.gen}, firmware ${info.ver}`);
  const [, mac] = /([0-9a-f]{12})$/i.exec(thing) ?? [];
  if (mac && mac.toLowerCase() !== info.mac.toLowerCase())
    throw new Error(`This is the meter ${info.id} (${info.mac}), not ${thing}: look at the address given to --apply.`);
  if (info.gen < 2) throw new Error(`${info.id} is a Gen1 meter and cannot encrypt: it goes through the bridge.`);
  if (isOlder(info.ver, oldestFirmware))
    throw new Error(`${info.id} has the firmware ${info.ver}; update it to ${oldestFirmware} or later first.`);
  if (profile && info.profile && info.profile !== profile)
    throw new Error(
      `${info.id} is in the profile "${info.profile}", but its model in the configuration says "${profile}": change one of them.`,
    );
  const { unixtime } = systemStatus.parse(await rpc.call({ method: "Sys.GetStatus", params: {} }));
  const off = unixtime === null ? undefined : Math.abs(unixtime - pace.now() / 1000);
  if (off === undefined || off > clockTolerance)
    throw new Error(
      `${info.id} ${off === undefined ? "has no time yet" : `is ${Math.round(off)} s off`}: its readings would be refused. ` +
        "Let it reach a time server (NTP; the meter's page Settings, Location and time), then try again.",
    );
}

async function untilConnected({ thing, rpc, pace, patienceMs }: ApplyOptions) {
  const deadline = pace.now() + patienceMs;
  let steady = 0;
  let last = "";
  while (steady < steadyPolls) {
    if (pace.now() > deadline)
      throw new Error(
        `${thing} has not connected within ${patienceMs / 1000} s${last && ` (${last})`}. ` +
          "Is port 8883 open to the outside, and has `pulumi up` run since its certificate request was made? docs/meters.md has more.",
      );
    await pace.wait(pollMs);
    const connected = await rpc.call({ method: "Mqtt.GetStatus", params: {} }).then(
      (status) => mqttStatus.parse(status).connected,
      // While it restarts it does not answer.
      (error: unknown) => {
        last = error instanceof Error ? error.message : String(error);
        return false;
      },
    );
    steady = connected ? steady + 1 : 0;
  }
}

async function untilSeen({ thing, pace, patienceMs }: ApplyOptions, observer: Observer, before: number) {
  const deadline = pace.now() + patienceMs;
  for (;;) {
    const seen = observer.seen();
    if (seen.sessions > before) return seen;
    if (pace.now() > deadline)
      throw new Error(`${thing} is connected, but no message of it has arrived within ${patienceMs / 1000} s.`);
    await pace.wait(pollMs);
  }
}

function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
  const [actual, wanted] = [numbers(version), numbers(than)];
  const at = wanted.findIndex((part, index) => part !== (actual[index] ?? 0));
  return at >= 0 && (actual[at] ?? 0) < (wanted[at] ?? 0);
}
