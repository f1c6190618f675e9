/** The bridge at work: both connections, each tried again when it ends, and what is told of it every minute. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bridgeFiles } from "../provision/mosquitto";
import { openArrivals } from "./arrivals";
import { type Clock, createCarrier } from "./carrier";
import type { Limits } from "./joiner";
import { connectLocally, type LocalConnection } from "./local-broker";
import type { BridgeSettings } from "./settings";
import { connectUplink, type Uplink } from "./uplink";

export interface BridgeOptions {
  readonly settings: BridgeSettings;
  /** Where its certificate lies, and what it remembers of arrivals. */
  readonly folder: string;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Between two records, ms. */
  readonly reportMs: number;
  /** Takes a record of what was done since the one before. */
  readonly tell: (record: Readonly<Record<string, unknown>>) => void;
  /** Between two attempts to connect, ms: doubled each time in which nothing was carried. */
  readonly pauseMs: { readonly shortest: number; readonly longest: number };
}

export interface Bridge {
  /** What was not delivered comes again when it is started again. */
  stop(): Promise<void>;
}

/** What is counted from record to record: messages of mosquitto, messages and payloads that IoT Core has taken. */
const nothing = { taken: 0, delivered: 0, payloads: 0, bytes: 0, dropped: 0 };

export function startBridge(options: BridgeOptions): Bridge {
  const { settings, folder, limits, clock, reportMs, tell, pauseMs } = options;
  const file = (name: string) => readFileSync(join(folder, name), "utf8");
  const credentials = { ca: file(bridgeFiles.ca), cert: file(bridgeFiles.certificate), key: file(bridgeFiles.key) };
  const topics = new Map(settings.meters.map(({ id, topic }) => [id, topic]));
  const filters = settings.meters.flatMap((meter) => meter.filters);
  let count = { ...nothing };
  const errors = { local: "", uplink: "" };
  const isUp = { local: false, uplink: false };
  let isStopped = false;
  let local: LocalConnection | undefined;
  let uplink: Uplink | undefined;
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;

  const onProblem = (error: string) => tell({ unit: "bridge", level: "error", error });

  const carrier = createCarrier({
    ...{ limits, clock, arrivals: openArrivals(join(folder, "arrivals.jsonl"), onProblem) },
    meterOf: (topic) => topic.split("/").find((level) => topics.has(level)),
    acknowledge: (id) => local?.acknowledge(id),
    onDropped(topic, reason) {
      count.dropped++;
      tell({ unit: "bridge", level: "error", dropped: topic, reason });
    },
  });
  const tick = () => {
    const next = carrier.tick();
    clearTimeout(timer);
    timer = next === undefined ? undefined : setTimeout(tick, Math.max(1, next - clock.steady()));
    wake();
  };

  /** Tries `session` again and again; it resolves with whether it carried anything, and why it ended. */
  async function forever(session: () => Promise<{ carried: boolean; reason: string }>, which: keyof typeof errors) {
    let pause = pauseMs.shortest;
    while (!isStopped) {
      const { carried, reason } = await session().catch((error: unknown) => ({
        carried: false,
        reason: error instanceof Error ? error.message : String(error),
      }));
      if (isStopped) return;
      errors[which] = reason;
      if (carried) pause = pauseMs.shortest;
      await rest(pause);
      pause = Math.min(2 * pause, pauseMs.longest);
    }
  }
  const rests = new Set<() => void>();
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(waiting);
        rests.delete(end);
        resolve();
      };
      const waiting = setTimeout(end, ms);
      rests.add(end);
    });

  async function localSession() {
    carrier.forgetConnection();
    let carried = false;
    local = connectLocally({
      ...settings.local,
      filters,
      onMessage(packet, again) {
        carried = true;
        count.taken++;
        carrier.take(packet, again);
        tick();
      },
    });
    try {
      await local.ready;
      tell({ unit: "bridge", thing: settings.thing, connected: "mosquitto" });
      isUp.local = true;
      return { carried, reason: await local.ended };
    } finally {
      isUp.local = false;
    }
  }

  async function uplinkSession() {
    let carried = false;
    uplink = connectUplink({ ...settings.uplink, ...credentials, clientId: settings.thing });
    try {
      await uplink.ready;
      tell({ unit: "bridge", thing: settings.thing, connected: "IoT Core" });
      isUp.uplink = true;
      for (;;) {
        const parcel = carrier.next();
        if (!parcel) {
          const reason = await Promise.race([new Promise<void>((resolve) => (wake = resolve)), uplink.ended]);
          if (isStopped || typeof reason === "string") return { carried, reason: reason ?? "" };
          continue;
        }
        await uplink.publish(topics.get(parcel.meter) ?? "", parcel.payload);
        parcel.delivered();
        carried = true;
        count.payloads++;
        count.delivered += parcel.messages;
        count.bytes += parcel.payload.length;
      }
    } catch (error) {
      return { carried, reason: error instanceof Error ? error.message : String(error) };
    } finally {
      isUp.uplink = false;
      uplink.close();
    }
  }

  function report(): void {
    const { messages, oldestAt } = carrier.waiting();
    tell({
      ...{ unit: "bridge", thing: settings.thing, ...count, waiting: messages },
      ...(oldestAt !== undefined && { oldestWaitingS: Math.round((clock.now() - oldestAt) / 1000) }),
      ...{ local: isUp.local ? "up" : errors.local || "down", uplink: isUp.uplink ? "up" : errors.uplink || "down" },
    });
    count = { ...nothing };
  }
  const reports = setInterval(report, reportMs);
  const both = Promise.all([forever(localSession, "local"), forever(uplinkSession, "uplink")]);
  return {
    async stop() {
      isStopped = true;
      clearInterval(reports);
      clearTimeout(timer);
      local?.close();
      uplink?.close();
      wake();
      for (const end of rests) end();
      await both;
      report();
    },
  };
}
