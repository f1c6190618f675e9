/** Takes one client from its key to its first message, a step at a time: what is done already is not done again. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { meterModels } from "../../configuration/meter-models";
import { prefixes } from "../../functions/lake/keys";
import { readStackConfig } from "../../local/program/stack-config";
import { readConfig } from "../../local/session/sites";
import { applyToMeter, describe, type Pace } from "./apply";
import type { Arguments } from "./arguments";
import { writeBridge } from "./bridge";
import { type KeyStore, openKeyStore } from "./key-store";
import { type MeterCredentials, meterCalls } from "./meter-calls";
import { createMeterRpc } from "./meter-rpc";
import { givenUplink, localUplink, pulumiUplink, type Uplink } from "./outputs";
import { findTarget, type Target } from "./target";

export interface Surroundings {
  /** The project's folder, which holds `Pulumi.<stack>.yaml`; relative paths of options begin here. */
  readonly directory: string;
  readonly print: (line: string) => void;
  readonly pace: Pace;
  /** The meter's password. */
  readonly password: string | undefined;
}

/** A call of the command: what it is about, and what it works with. */
interface Job extends Surroundings {
  readonly args: Arguments;
  readonly target: Target;
  readonly thing: string;
  readonly keys: KeyStore;
}

export async function provision(args: Arguments, surroundings: Surroundings): Promise<void> {
  const { directory } = surroundings;
  const stack = readStackConfig(directory, args.stack);
  const { sites, gateway } = readConfig(stack);
  const target = findTarget(args.target ?? "", args.site, { ...stack, sites, gateway });
  const keys = openKeyStore(resolve(directory, args.keys), resolve(directory, gateway.requests));
  const job: Job = { ...surroundings, args, target, thing: target.client.thing, keys };
  if (args.rotate) return rotate(job);
  if (args.retire) return retire(job);
  return connect(job);
}

async function connect(job: Job) {
  const { args, target, thing, keys, print } = job;
  const stage = keys.stageInUse(thing);
  const request = await keys.ensure(thing, stage);
  if (request.made) print(`Made a key for ${thing}, and its certificate request: ${request.path}`);
  if (request.made && args.certificate === undefined) return print(issueStep(job));

  const uplink = await findUplink(job);
  const certificate = uplink.certificate(thing, stage);
  if (certificate === undefined) throw new Error(`No certificate for ${request.path} yet. ${issueStep(job)}`);
  const key = keys.key(thing, stage);
  if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
    throw new Error(`The certificate of ${thing} is for another key than the one here. ${issueStep(job)}`);
  const { endpoint, authorities } = uplink;
  const credentials = { server: `${endpoint.host}:${endpoint.port}`, authorities, certificate, key };
  if (target.meter === undefined) return setUpBridge(job, uplink, credentials);
  if (args.apply === undefined) return printCalls(job, credentials);
  return apply(job, args.apply, uplink, credentials);
}

function setUpBridge({ args, target, keys, print }: Job, uplink: Uplink, credentials: MeterCredentials) {
  const { listen, outage: outageDays, at } = args;
  if (listen === undefined)
    throw new Error("Say where the meters reach the bridge: --listen <its address on the local network>.");
  const { client } = target;
  for (const line of writeBridge({ ...credentials, client, keys, listen, uplink: uplink.endpoint, outageDays, at }))
    print(line);
}

/** The calls as files, because they hold the key, and as commands that send them. */
function printCalls({ thing, keys, print }: Job, credentials: MeterCredentials) {
  rmSync(join(keys.folder(thing), "rpc"), { recursive: true, force: true });
  print(
    "The calls, in this order; put the meter's address for <meter>, and add --digest -u admin where it has a password.",
  );
  meterCalls(thing, credentials).forEach((call, index) => {
    const name = `${String(index + 1).padStart(2, "0")}-${call.method}.json`;
    const file = keys.write(thing, join("rpc", name), JSON.stringify({ id: index + 1, ...call }));
    print(`  curl --data @${file} http://<meter>/rpc   # ${describe(call)}`);
  });
  print("Then http://<meter>/rpc/Mqtt.GetStatus shows connected: true, and goes on doing so.");
  print("Or let it be done, with all checks: add --apply http://<meter>");
}

async function apply(job: Job, url: string, uplink: Uplink, credentials: MeterCredentials) {
  const { args, target, thing, print, pace, password } = job;
  const outcome = await applyToMeter({
    thing,
    profile: target.meter && meterModels[target.meter.model].profile,
    credentials,
    rpc: createMeterRpc({ url, password, timeoutMs: 15_000 }),
    observer: uplink.observer?.(thing),
    pace,
    patienceMs: args.patience * 1000,
    report: (line) => print(`  ${line}`),
  });
  print(outcome);
  if (uplink.lakeBucket === undefined) return;
  print("Its first messages are in the lake as soon as the delivery buffer is written (ingest.buffer.interval):");
  const day = new Date(pace.now()).toISOString().slice(0, 10);
  print(`  aws s3 ls --recursive s3://${uplink.lakeBucket}/${prefixes.raw}date=${day}/`);
}

async function rotate({ args, thing, keys, print }: Job) {
  const { made, path } = await keys.ensure(thing, "next");
  print(made ? `Made a second key for ${thing}, and its request: ${path}` : `${thing} has a second request: ${path}`);
  print(`1. ${args.local ? "Start the local cloud again" : "npm run up"}: both certificates are good, side by side.`);
  print(`2. npm run provision -- ${thing}, as at first: it now takes the second key to the client.`);
  print(`3. npm run provision -- ${thing} --retire`);
}

async function retire({ args, thing, keys, print }: Job) {
  const { path } = keys.promote(thing);
  print(`${thing} now uses its second key alone; the first certificate is retired.`);
  print(
    `1. ${args.local ? "Start the local cloud again" : "npm run up"}: it is deactivated, and can still be brought back.`,
  );
  print(`2. When messages go on arriving, delete ${path} and do that again: it is gone.`);
}

const issueStep = ({ args }: Job) =>
  args.local
    ? "Start the local cloud again (npm start -- --gateway-port 8883), which issues it; then the same command does the rest."
    : "`npm run up` issues it; then the same command does the rest.";

async function findUplink({ args, directory }: Job): Promise<Uplink> {
  const { endpoint, certificate, ca, local, state, stack } = args;
  if (endpoint !== undefined && certificate !== undefined)
    return givenUplink(endpoint, resolve(directory, certificate), ca && resolve(directory, ca));
  return local ? localUplink(resolve(directory, state)) : pulumiUplink(stack);
}
