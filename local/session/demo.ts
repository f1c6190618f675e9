/** The simulated home: past days through the whole pipeline, a table of their energy, then live until it is stopped. */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Temporal } from "temporal-polyfill";
import type { Site } from "../../config";
import { toSeconds } from "../../configuration/quantities";
import { reachOf, readJsonFile } from "../damage";
import type { Reporting } from "../home/meter";
import { createSimulation, type Simulation } from "../home/simulation";
import { createPublisher } from "../messages/publisher";
import { homeState, refuseOtherHome, siteOf } from "./begun";
import { goLive, type LiveHome, showAccount, showDays } from "./live";
import type { Options } from "./options";
import { dateOf, dayMs, runMachine } from "./pipeline";
import type { Session } from "./session";
import { step, thousands } from "./steps";

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
  print: (text: string) => void,
  stopped: Promise<void>,
): Promise<void> {
  const home = openHome(session, options);
  const { cloud, clock } = await step("Start the local cloud from the program's resources", async (shown) => {
    const started = await session.startCloud(home.start);
    shown.done(
      `The local cloud runs ${(await session.graph).resources.length} resources of the stack ${options.stack}`,
    );
    return started;
  });
  session.onClose(() => cloud.flush());
  const publisher = createPublisher(cloud.broker.url, clock.advanceTo);
  session.onClose(publisher.close);
  const running = { session, cloud, clock, home, publisher, since: home.start, print };
  await step(`Publish the days since ${dateOf(home.start)}`, async (shown) => {
    await fill(running, (text) => shown.progress(text));
    shown.done(
      `${thousands(cloud.broker.received())} messages of ${dateOf(home.start)} to ${dateOf(clock.now())} acknowledged`,
    );
  });
  await step("Run the state machine", async (shown) => {
    await runMachine(cloud, {}, shown);
    shown.done("The state machine has run: hours, days, edges, archives; the mirror is complete");
  });
  await showDays(running, options.days);
  await showAccount(running);
  if (options.once) return;
  await goLive(running, stopped);
}

interface Running extends LiveHome {
  readonly home: Home;
}

interface Home {
  readonly simulation: Simulation;
  /** Where the simulation stands at the start, ms. */
  readonly start: number;
  /** How the meters reported in the past. */
  readonly reporting: Reporting;
  save(): void;
}

function openHome({ sites, directory, stack }: Session, options: Options): Home {
  const path = join(directory, "home.json");
  const earlier = existsSync(path)
    ? readJsonFile(path, homeState, `To begin anew: npm start -- --fresh ${reachOf(directory, stack.stack)}`)
    : undefined;
  const site = siteOf(sites, options, earlier);
  if (earlier) refuseOtherHome(options, sites, earlier, directory, Date.now());
  const start = earlier?.until ?? midnight(site.timezone, options.days);
  const begun = earlier ? earlier.begun : { site: site.id, since: start };
  const simulation = createSimulation([site], start, earlier);
  return {
    simulation,
    start,
    reporting: past(site),
    save() {
      writeFileSync(`${path}.new`, JSON.stringify({ ...simulation.state(), begun }));
      renameSync(`${path}.new`, path);
    },
  };
}

/** The local midnight so many days ago, ms. */
const midnight = (timeZone: string, days: number) =>
  Temporal.Now.zonedDateTimeISO(timeZone).subtract({ days }).startOfDay().epochMilliseconds;

/** Publishes everything up to now; meanwhile the state machine works on what has arrived, as on its schedule. */
async function fill({ home, publisher, clock, cloud }: Running, progress: (text: string) => void): Promise<void> {
  let running: Promise<unknown> | undefined;
  let failed: { readonly error: unknown } | undefined;
  for (let to = home.start; to < Date.now() && !failed; ) {
    to = Math.min(to + dayMs, Date.now());
    await publisher.publish(home.simulation.advance(to, home.reporting));
    // What it says has been acknowledged.
    home.save();
    progress(dateOf(to));
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
  if (failed) throw failed.error;
  await clock.advanceTo(Date.now());
}
