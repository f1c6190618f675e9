/** The simulated home, or none: past days through the whole pipeline, a table of their energy, then live until it is stopped. */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Temporal } from "temporal-polyfill";
import type { Site } from "../../config";
import { toSeconds } from "../../configuration/quantities";
import { reachOf, readJsonFile } from "../damage";
import { type LiveHome, liveReporting } from "../home/live-home";
import type { Reporting } from "../home/meter";
import { createRealMeters } from "../home/real-meters";
import { createSimulation, type Simulation } from "../home/simulation";
import { createPublisher } from "../messages/publisher";
import { count } from "./account";
import { createAlarmTeller } from "./alarms";
import { homeState, localDay, refuseForeignLake, refuseOtherHome, siteOf } from "./begun";
import { goLive, type Running, showAccount, showDays } from "./live";
import type { Options } from "./options";
import { dayMs, hourMs, runMachine } from "./pipeline";
import type { Session } from "./session";
import { step } from "./steps";
import type { Terminal } from "./terminal";

/** As slow as the meters' maxGap allows, so that fourteen days pass in seconds; large changes are still told at once. */
const past = ({ meters }: Site): Reporting => ({
  step_s: 60,
  period_s: Math.floor((shortestGap(meters) - 1) / 60) * 60,
  change_w: 2500,
  change_share: 0.5,
  outage: 1 / 12,
});
const shortestGap = (meters: Site["meters"]) =>
  Math.max(61, Math.min(...meters.map(({ maxGap }) => toSeconds(maxGap))));

export async function demo(
  session: Session,
  options: Options,
  terminal: Terminal,
  stopped: Promise<void>,
): Promise<void> {
  const home = options["no-home"] ? undefined : openHome(session, options);
  const since = home?.start ?? Date.now();
  const { cloud, clock } = await step("Start the local cloud from the program's resources", async (shown) => {
    const started = await session.startCloud(since);
    shown.done(
      `The local cloud runs ${(await session.graph).resources.length} resources of the stack ${options.stack}`,
    );
    return started;
  });
  session.onClose(() => cloud.flush());
  const alarms = createAlarmTeller(cloud, (sentence) => terminal.print(`! ${sentence}`));
  const running = { session, cloud, clock, home, since, terminal, alarms };
  if (home) {
    const unsimulated = home.real.ids();
    if (unsimulated.length > 0)
      terminal.print(`Not simulated, as they send their own readings: ${unsimulated.join(", ")}`);
    await publishMissed({ ...running, home });
  } else await clock.advanceTo(Date.now());
  await step("Run the state machine", async (shown) => {
    await runMachine(cloud, {}, shown);
    shown.done("The state machine has run: hours, days, edges, archives; the mirror is complete");
  });
  await showDays(running, options.days);
  await showAccount(running);
  alarms.look();
  if (options.once) return;
  await goLive(running, options, stopped);
}

interface Home extends LiveHome {
  readonly simulation: Simulation;
  /** Where the simulation stands at the start, ms. */
  readonly start: number;
  /** Whether an earlier start has simulated everything before. */
  readonly goesOn: boolean;
  /** How the meters reported in the past. */
  readonly reporting: Reporting;
  /** The day of an instant at the home, `2025-06-01`. */
  readonly dayOf: (instant: number) => string;
}

function openHome({ sites, directory, stack }: Session, options: Options): Home {
  const path = join(directory, "home.json");
  const earlier = existsSync(path)
    ? readJsonFile(path, homeState, `To begin anew: npm start -- --fresh ${reachOf(directory, stack.stack)}`)
    : undefined;
  const site = siteOf(sites, options, earlier);
  if (earlier) refuseOtherHome(options, sites, earlier, directory, Date.now());
  else refuseForeignLake(directory);
  const start = earlier?.until ?? midnight(site.timezone, options.days);
  const begun = earlier ? earlier.begun : { site: site.id, since: start };
  const simulation = createSimulation([site], start, earlier);
  const real = createRealMeters(
    site.meters.map(({ id }) => id),
    earlier?.real ?? [],
  );
  return {
    simulation,
    real,
    start,
    goesOn: earlier !== undefined,
    // A short while is not long enough for the slow reports of past days.
    reporting: Date.now() - start < hourMs ? liveReporting : past(site),
    dayOf: (instant) => localDay(site.timezone, instant).toString(),
    save() {
      writeFileSync(`${path}.new`, JSON.stringify({ ...simulation.state(), begun, real: real.ids() }), { flush: true });
      renameSync(`${path}.new`, path);
    },
  };
}

/** The local midnight so many days ago, ms. */
const midnight = (timeZone: string, days: number) =>
  Temporal.Now.zonedDateTimeISO(timeZone).subtract({ days }).startOfDay().epochMilliseconds;

/** What a home publishes before it goes live. */
interface Missed extends Running {
  readonly home: Home;
}

/** `2025-06-01T13:00:00Z` of an instant. */
const secondOf = (instant: number) => `${new Date(instant).toISOString().slice(0, 19)}Z`;

async function publishMissed(missed: Missed): Promise<void> {
  const { home, cloud, clock } = missed;
  const text = home.goesOn ? secondOf : home.dayOf;
  const from = text(home.start);
  await step(
    home.goesOn ? `Publish what the home measured since ${from}` : `Publish the days since ${from}`,
    async (shown) => {
      await fill(missed, (text) => shown.progress(text));
      const messages = cloud.broker.received();
      shown.done(
        messages > 0
          ? `${count(messages, "message")} of ${from} to ${text(clock.now())} acknowledged`
          : `The home goes on from ${from}: it has measured nothing since`,
      );
    },
  );
}

/** Publishes everything up to now; meanwhile the state machine works on what has arrived, as on its schedule. */
async function fill({ session, home, clock, cloud }: Missed, progress: (text: string) => void): Promise<void> {
  const publisher = createPublisher(cloud.broker.url, clock.advanceTo);
  session.onClose(publisher.close);
  let running: Promise<unknown> | undefined;
  let failed: { readonly error: unknown } | undefined;
  for (let to = home.start; to < Date.now() && !failed; ) {
    to = Math.min(to + dayMs, Date.now());
    await publisher.publish(home.simulation.advance(to, home.reporting).filter(home.real.isSimulated));
    // What it says has been acknowledged.
    home.save();
    // The last day that is published: a day ends at the midnight of the next one.
    progress(home.dayOf(to - 1));
    running ??= cloud
      .run({})
      .catch((error: unknown) => {
        failed = { error };
      })
      .finally(() => {
        running = undefined;
      });
  }
  await running;
  // The clients of live operation take their places.
  await publisher.close();
  if (failed) throw failed.error;
  await clock.advanceTo(Date.now());
}
