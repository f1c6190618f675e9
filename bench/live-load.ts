/** The load of the live bench: meters that publish at a rate, and a reader that notes when each message can be queried. */
import type { BigQuery } from "@google-cloud/bigquery";
import { connectAsync } from "mqtt";
import { z } from "zod";

export const site = "bench";
const meters = 100;
/** AWS IoT Core takes 100 messages a second on a connection; here meters share some. */
const connections = 10;

const idOf = (meter: number) => `bench-${String(meter).padStart(3, "0")}`;

/** The site of the bench, as `wattlake:sites` has it: 100 meters with two channels each. */
export const benchSite = {
  id: site,
  timezone: "UTC",
  currency: "EUR",
  meters: Array.from({ length: meters }, (_, meter) => ({
    id: idOf(meter),
    model: "EMG3",
    channels: [0, 1].map((index) => ({ index, name: `${idOf(meter)}, ${index}`, role: "load" })),
  })),
};

/** Publish times by message, ms of `performance.now()`. A message is told by its own instant: one a millisecond. */
export interface Published {
  /** The instant of message 0, ms since the epoch; message `n` is `n` ms later. */
  readonly first: number;
  readonly at: number[];
}

/** Publishes `count` messages at `rate` a second, each acknowledged by the broker. */
export async function publishAtRate(url: string, rate: number, count: number, published: Published): Promise<void> {
  const clients = await Promise.all(
    Array.from({ length: connections }, (_, client) =>
      connectAsync(url, { clientId: `bench-${client}`, reconnectPeriod: 0 }),
    ),
  );
  const acknowledged: Promise<unknown>[] = [];
  const begun = performance.now();
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) * rate) / 1000) + 1);
    for (; sent < due; sent++) {
      const meter = sent % meters;
      const component = `em1:${Math.floor(sent / meters) % 2}`;
      const params = {
        ts: (published.first + sent) / 1000,
        [component]: { id: 0, act_power: sent % 3000, voltage: 230 },
      };
      const message = JSON.stringify({ src: idOf(meter), method: "NotifyStatus", params });
      published.at[sent] = performance.now();
      const client = clients[meter % connections];
      if (client) acknowledged.push(client.publishAsync(`${idOf(meter)}/events/rpc`, message, { qos: 1 }));
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(5, 1000 / rate)));
  }
  await Promise.all(acknowledged);
  await Promise.all(clients.map((client) => client.endAsync()));
}

const seenRows = z.array(z.object({ instant: z.int() }));

/** Asks `readings` again and again until every message was seen; resolves with each one's latency, ms. */
export async function watchReadings(bigQuery: BigQuery, count: number, published: Published): Promise<number[]> {
  const latency = new Array<number | undefined>(count);
  let missing = 0;
  while (missing < count) {
    const [rows] = await bigQuery.query({
      query: `SELECT UNIX_MILLIS(ts) AS instant FROM \`wattlake.readings\`
        WHERE site = @site AND ts >= TIMESTAMP_MILLIS(@since) AND ts < TIMESTAMP_MILLIS(@end)`,
      params: { site, since: published.first + missing, end: published.first + count },
    });
    const now = performance.now();
    for (const { instant } of seenRows.parse(rows)) {
      const message = instant - published.first;
      latency[message] ??= now - (published.at[message] ?? Number.NaN);
    }
    while (missing < count && latency[missing] !== undefined) missing++;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return latency.map((each) => each ?? Number.NaN);
}
