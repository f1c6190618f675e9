/**
 * Days through everything that moves data, as deployed, in virtual time: rules, delivery stream, S3, state machine, functions
 * (their texts, in this process), S3's events, queue and transfer jobs. One call, invocation or event may meet a fault.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { prefixes } from "../../../functions/lake/keys";
import { openDeliveryStreams } from "../../../local/aws/firehose/delivery-stream";
import { createIdentities } from "../../../local/aws/iam";
import { createTopicRules } from "../../../local/aws/iot/rules/rules";
import { createS3Client } from "../../../local/aws/s3";
import { putBucketObjects } from "../../../local/aws/s3/bucket-objects";
import { createNotifications } from "../../../local/aws/s3/notifications";
import { startObjectServer } from "../../../local/aws/s3/server";
import { createSchedules } from "../../../local/aws/scheduler";
import { createQueues } from "../../../local/aws/sqs";
import { createStateMachines } from "../../../local/aws/states";
import { createClock } from "../../../local/clock";
import { openTransferJobs } from "../../../local/google/storage-transfer/transfer-jobs";
import type { TimedMessage } from "../../../local/messages/capture";
import type { Graph } from "../../../local/program/graph";
import { createMessageIds } from "../../../local/program/ids";
import { type CallFault, callFaults, createTrigger, failCall, type Position, type Strike } from "./faults";
import { callerOf, openFunctions } from "./functions";

/** What is sent, and when the state machine is started; instants in ms. */
export interface Days {
  readonly start: number;
  readonly messages: readonly TimedMessage[];
  readonly runs: readonly number[];
  readonly end: number;
}

export interface Outcome {
  /** Messages that a rule took. */
  readonly taken: number;
  /** Every file of the lake and of the mirror, by path, as base64. */
  readonly files: Readonly<Record<string, string>>;
  /** What happened before the last run, in order: where faults may strike. What that run meets, the one after it would mend. */
  readonly positions: readonly Position[];
  readonly struck: boolean;
  /** How many executions of the state machine failed. */
  readonly failedRuns: number;
}

/** Memory where the system has a folder of it: nothing of this must outlive the machine. */
const fastFolder = () => (process.platform === "linux" ? "/dev/shm" : tmpdir());

const isCallFault = (fault: string): fault is CallFault => Object.hasOwn(callFaults, fault);

/** Carries out the same days any number of times; what the program itself writes into the lake is written once. */
export async function createPipeline(graph: Graph, { start, messages, runs, end }: Days) {
  const root = mkdtempSync(join(fastFolder(), "wattlake-faults-"));
  const base = join(root, "base");
  const identities = createIdentities(graph);
  const machine = createSchedules(graph, {
    identities,
    clock: createClock(0),
    onProblem() {},
    onClose() {},
  }).stateMachine("aggregation");
  const buckets = graph.resources
    .filter(({ type }) => type === "aws:s3/bucket:Bucket")
    .map(({ physicalName }) => physicalName);
  /** Of the run under way: to read a definition takes longer than to carry it out, so it is read once. */
  let present = {
    now: () => start,
    s3Endpoint: "",
    invoke: async (_name: string, _event: unknown): Promise<unknown> => undefined,
  };
  const machines = createStateMachines(
    graph,
    {
      ...{ identities, clock: { now: () => present.now(), at: createClock(0).at } },
      get s3Endpoint() {
        return present.s3Endpoint;
      },
    },
    { invoke: (name, event) => present.invoke(name, event) },
  );
  await prepare();
  let count = 0;

  async function prepare(): Promise<void> {
    const server = await startObjectServer({ directory: join(base, "s3"), clock: () => start });
    for (const bucket of buckets) server.createBucket(bucket);
    const s3 = createS3Client(server.url, identities.deployer);
    await putBucketObjects(graph, s3);
    s3.destroy();
    await server.close();
  }

  /** Runs the days. `attempts` is how often a function's S3 client tries a call; the fault strikes once. */
  async function run(strike?: Strike, attempts = 1): Promise<Outcome> {
    const directory = join(root, String(count++));
    cpSync(base, directory, { recursive: true });
    const clock = createClock(start);
    const trigger = createTrigger(strike);
    const world = { identities, clock, onProblem: () => undefined };
    const queues = createQueues(graph, world);
    const notify = createNotifications(graph, queues, clock.now);
    const server = await startObjectServer({
      directory: join(directory, "s3"),
      clock: clock.now,
      authorize: identities.authorize,
      async onCreated(event) {
        const fault = trigger.pass(`event ${event.key}`);
        if (fault !== "never") await notify(event);
        if (fault === "twice") await notify(event);
      },
      intercept(request, response, answer) {
        const caller = callerOf(request.headers["user-agent"]);
        if (caller && functions.isDead(caller.instance)) return void request.socket.destroy();
        const url = decodeURIComponent(request.url ?? "");
        const fault = trigger.pass(`${caller?.name ?? "service"} ${request.method} ${url}`);
        if (fault === undefined || !isCallFault(fault)) return answer();
        failCall(fault, request, response, answer, (death) => caller && functions.kill(caller.instance, death));
      },
    });
    const s3Endpoint = server.url;
    const functions = openFunctions(graph, { identities, s3Endpoint }, attempts);
    present = {
      now: clock.now,
      s3Endpoint,
      async invoke(name, event) {
        const fault = trigger.pass(`invoke ${name} ${JSON.stringify(event)}`);
        const failing = (errorType: string) => Object.assign(new Error(errorType), { name: errorType });
        if (fault === "throttled") throw failing("Lambda.TooManyRequestsException");
        if (fault === "crashed") throw failing("Runtime.ExitError");
        const result = await functions.invoke(name, event);
        if (fault === "lost") throw failing("Lambda.ServiceException");
        return result;
      },
    };
    const mirror = join(directory, "mirror");
    mkdirSync(mirror);
    const transfers = openTransferJobs(graph, { ...world, s3Endpoint, queues, directory: mirror, onCopied() {} });
    const streams = openDeliveryStreams(graph, {
      ...world,
      s3Endpoint,
      directory: join(directory, "firehose"),
      onFailure: () => undefined,
    });
    const rules = createTopicRules({ ...world, graph, s3Endpoint, streams, queues });
    const publish = createPublisher(rules);
    let failedRuns = 0;
    let taken = 0;
    try {
      let next = 0;
      let positions: readonly Position[] = [];
      for (const due of runs) {
        positions = [...trigger.seen];
        for (let message = messages[next]; message && message.at < due; message = messages[++next]) {
          await clock.advanceTo(message.at);
          if ((await publish(message, clock.now())) === "taken") taken++;
        }
        await clock.advanceTo(due);
        await machines.run(machine, {}).catch(() => {
          failedRuns++;
        });
        await transfers.settle();
      }
      // The mirror compares once a day.
      await clock.advanceTo(end);
      await transfers.settle();
      const files = { ...filesOf(join(directory, "s3")), ...filesOf(mirror) };
      return { taken, files, positions, struck: trigger.struck(), failedRuns };
    } finally {
      clock.stop();
      await transfers.close();
      for (const stream of streams) stream.close();
      rules.close();
      functions.close();
      await server.close();
      rmSync(directory, { recursive: true });
    }
  }

  return { run, close: () => rmSync(root, { recursive: true }) };
}

/** Hands messages to the rules as the broker does. */
function createPublisher(rules: ReturnType<typeof createTopicRules>) {
  const idsOf = createMessageIds();
  return async ({ topic, payload }: TimedMessage, receivedAt: number) => {
    const bytes = Buffer.from(payload);
    const ids = idsOf(receivedAt, "meter", topic, bytes);
    return rules.handle({ topic, payload: bytes, clientId: "meter", receivedAt, ...ids });
  };
}

function filesOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(".objects"))
    // What the steps of a run hand on, under the name of that run.
    .filter((entry) => !entry.parentPath.includes(`/${prefixes.runs}`))
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    files.map((path) => [`${relative(join(directory, ".."), path)}`, readFileSync(path).toString("base64")]),
  );
}
