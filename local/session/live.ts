/** The simulated home goes on live: it reports as Shelly meters do, and a table of its energy follows each scheduled run. */
import type { VirtualClock } from "../clock";
import type { Cloud } from "../cloud";
import type { Reporting } from "../home/meter";
import type { Simulation } from "../home/simulation";
import type { Publisher } from "../messages/publisher";
import { formatAccount, missing, readOutcomes } from "./account";
import { costNotes, readCosts } from "./costs";
import { dateOf, dayMs, hoursFrom } from "./pipeline";
import { formatDemo, readDays } from "./report";
import type { Session } from "./session";
import { step, thousands } from "./steps";

/** A home whose past is through the pipeline. */
export interface LiveHome {
  readonly session: Session;
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly home: { readonly simulation: Pick<Simulation, "advance">; save(): void };
  readonly publisher: Publisher;
  /** When the first message was published, ms. */
  readonly since: number;
  readonly print: (text: string) => void;
}

/** As Shelly meters report. */
const live: Reporting = { step_s: 10, period_s: 30, change_w: 10, change_share: 0.05, outage: 0 };

/** The energy of so many days up to now, and what it costs. */
export async function showDays({ cloud, clock, print }: LiveHome, days: number): Promise<void> {
  const [from, to] = [dateOf(clock.now() - days * dayMs), dateOf(clock.now() + dayMs)];
  const { rows, costs } = await step("Ask the views", async () => {
    const warehouse = await cloud.warehouse();
    return { rows: await readDays(warehouse, from, to), costs: await readCosts(warehouse, from, to) };
  });
  const notes = ["* not whole: an outage, or a day that has not ended", ...costNotes(costs)];
  print(`\n${formatDemo(rows, costs)}\n\n${notes.join("\n")}\n`);
}

/** What became of all that was published since the start; what is not collected yet is told apart. */
export async function showAccount({ cloud, clock, since, print }: LiveHome): Promise<void> {
  const outcomes = await readOutcomes(await cloud.warehouse(), hoursFrom(since, clock.now()));
  const waiting = missing(cloud.broker, outcomes);
  print(formatAccount(cloud.broker, outcomes));
  if (waiting > 0) print(`${thousands(waiting)} messages wait for the next run.`);
  print("");
}

/** Resolves when it is stopped. */
export async function goLive(running: LiveHome, stopped: Promise<void>): Promise<void> {
  const { session, cloud, clock, home, publisher, print } = running;
  const fail = (error: unknown) => print(`! ${error instanceof Error ? error.message : error}`);
  session.onClose(async () => clock.stop());
  clock.followRealTime(fail);
  cloud.startLivePath();
  const tick = async () => {
    clock.at(clock.now() + live.step_s * 1000, tick);
    await publisher.publish(home.simulation.advance(clock.now(), live));
    home.save();
  };
  await tick();
  cloud.startSchedules((run) => {
    run
      .then(() => showDays(running, 1))
      .then(() => showAccount(running))
      .catch(() => undefined);
  });
  const { url, secureUrl } = cloud.broker;
  print(
    `Live. MQTT ${[url, secureUrl].filter((each) => each !== undefined).join(" and ")} · S3 ${cloud.s3Url} · BigQuery ${cloud.bigQuery.url} · state ${session.directory}`,
  );
  print("Ctrl-C ends it; the next start goes on from there.");
  await stopped;
}
