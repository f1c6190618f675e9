/** Live operation: the simulated home, where there is one, goes on reporting, and a table of the energy follows each scheduled run. */
import type { VirtualClock } from "../clock";
import type { Cloud } from "../cloud";
import { createHomeClients } from "../home/clients";
import { type LiveHome, liveReporting, reportLive } from "../home/live-home";
import { formatAccount, missing, readOutcomes } from "./account";
import { type createAlarmTeller, watchAlarms } from "./alarms";
import { costNotes, readCosts, readUnpaidDays, type UnpaidDay } from "./costs";
import { startDashboard } from "./dashboard";
import { waysIn } from "./endpoint";
import type { Options } from "./options";
import { dateOf, dayMs, hoursFrom } from "./pipeline";
import { formatDemo, readDays } from "./report";
import type { Session } from "./session";
import { readConfig } from "./sites";
import { step, thousands } from "./steps";
import type { Terminal } from "./terminal";
import { watchPower } from "./watch-power";

/** A cloud whose past is through the pipeline. */
export interface Running {
  readonly session: Session;
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  /** The simulated home. */
  readonly home: LiveHome | undefined;
  /** Tells which of the program's alarms are raised, and which are over. */
  readonly alarms: ReturnType<typeof createAlarmTeller>;
  /** When the first message was published, ms. */
  readonly since: number;
  readonly terminal: Terminal;
}

/** The energy of so many days up to now, and what it costs. */
export async function showDays(running: Running, days: number): Promise<void> {
  running.terminal.print(await step("Ask the views", () => tableOf(running, days)));
}

async function tableOf({ cloud, clock }: Running, days: number): Promise<string> {
  const [from, to] = [dateOf(clock.now() - days * dayMs), dateOf(clock.now() + dayMs)];
  const warehouse = await cloud.warehouse();
  const rows = await readDays(warehouse, from, to);
  const costs = await readCosts(warehouse, from, to);
  const unpaid = await readUnpaidDays(warehouse, from, to);
  const isShown = (day: UnpaidDay) => rows.some(({ site, date }) => site === day.site && date === day.date);
  const notes = [legend, ...costNotes(costs, unpaid.filter(isShown))];
  return rows.length > 0 ? `\n${formatDemo(rows, costs)}\n\n${notes.join("\n")}\n` : "\nNo readings yet.\n";
}

const legend =
  "* not whole: the seconds before the first reading of all, an outage, or the hours to come of a day that has not ended";

/** What became of all that was published since the start; what is not collected yet is told apart. */
export async function showAccount({ cloud, clock, since, terminal: { print } }: Running): Promise<void> {
  const outcomes = await readOutcomes(await cloud.warehouse(), hoursFrom(since, clock.now()));
  const waiting = missing(cloud.broker, outcomes);
  print(formatAccount(cloud.broker, outcomes));
  if (waiting > 0) print(`${thousands(waiting)} messages wait for the next run.`);
  print("");
}

/** Resolves when it is stopped. */
export async function goLive(running: Running, options: Options, stopped: Promise<void>): Promise<void> {
  const { session, cloud, clock, home, alarms } = running;
  const { print } = running.terminal;
  const tell = (sentence: string) => print(`! ${sentence}`);
  const fail = (error: unknown) => tell(error instanceof Error ? error.message : String(error));
  clock.followRealTime(fail);
  cloud.startLivePath();
  watchAlarms(clock, alarms);
  if (home) liveOn(home, running, tell);
  // Before the clients are closed: what they then cannot send is no news.
  session.onClose(async () => clock.stop());
  const firstRun = cloud.startSchedules((run) => {
    // Not as a step: those write over lines of their own.
    run
      .then(async () => print(await tableOf(running, 1)))
      .then(() => showAccount(running))
      .catch(() => undefined);
  });
  const page = await startDashboard(session, cloud, options);
  if (page !== undefined) print(`Dashboard: ${page}`);
  const { url, secureUrl } = cloud.broker;
  print(
    `Live. MQTT ${[url, secureUrl].filter((each) => each !== undefined).join(" and ")} · state ${session.directory}`,
  );
  for (const line of waysIn(session.directory)) print(line);
  if (firstRun !== undefined)
    print(
      `A table follows each scheduled run, the first at ${localTime(firstRun)}; npm run query answers at any time.`,
    );
  print("Ctrl-C ends it; the next start goes on from there.");
  const endWatch = await showPower(running, fail);
  await stopped;
  endWatch();
}

/** Keeps power now below all that is printed, where there is a terminal and a live path. */
async function showPower({ session, cloud, clock, terminal: { block } }: Running, fail: (error: unknown) => void) {
  if (!block || !readConfig(session.stack).ingest.live) return () => undefined;
  return watchPower({ warehouse: await cloud.warehouse(), clock, block, fail });
}

/** Lets the home report at each step of its simulation, one report after the other. */
function liveOn(home: LiveHome, { session, cloud, clock }: Running, tell: (sentence: string) => void): void {
  const { broker } = cloud;
  const pause = (ms: number) => new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));
  const clients = createHomeClients({ broker, pause, tell });
  session.onClose(async () => clients.close());
  let before: number | undefined;
  const report = async () => {
    const now = clock.now();
    const last = before;
    before = now;
    try {
      await reportLive(home, { clients, certified: broker.certified, tell }, now, last);
    } finally {
      clock.at(clock.now() + liveReporting.step_s * 1000, report);
    }
  };
  clock.at(clock.now(), report);
}

/** `2025-06-01 14:10`, in the time zone of this computer. */
const localTime = (instant: number) => new Date(instant).toLocaleString("sv-SE").slice(0, 16);
