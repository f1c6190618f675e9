/** A recorded capture through the whole pipeline, at its own times, and what the views make of it. */
import type { Cloud } from "../cloud";
import { countEach, messageOf } from "../failures";
import { groupBy } from "../group";
import { readCapture, type TimedMessage } from "../messages/capture";
import { createPublisher } from "../messages/publisher";
import { count, formatAccount, missing, outcomesSince, readOutcomes } from "./account";
import { nothingUsable } from "./nothing-usable";
import { userError } from "./options";
import { dateOf, dayMs, type HourRange, hoursFrom, reach, runMachine, settleHour } from "./pipeline";
import { outsideCalendar, refuseUnfit } from "./replay-lines";
import { formatReplay, readDays } from "./report";
import type { Session } from "./session";
import { readConfig } from "./sites";
import { step, thousands } from "./steps";

export async function replay(session: Session, path: string, print: (text: string) => void): Promise<void> {
  const messages = await step(`Read ${path}`, async (shown) => {
    const read = await explained(() => readCapture(path));
    refuseUnfit(read);
    shown.done(`${thousands(read.length)} messages, ${instantText(read[0])} to ${instantText(read.at(-1))}`);
    return read;
  });
  const described = {
    file: `Pulumi.${session.stack.stack}.yaml`,
    calendar: readConfig(session.stack).warehouse.calendar,
    meters: session.sites.flatMap(({ meters }) => meters.map(({ id }) => id)),
  };
  const outside = outsideCalendar(messages, session.sites, described.calendar, described.file);
  if (outside !== undefined) print(outside);
  const [first, last] = [messages[0]?.at ?? 0, messages.at(-1)?.at ?? 0];
  const { cloud, clock } = await step("Start the local cloud from the program's resources", async (shown) => {
    const started = await session.startCloud(first);
    shown.done(
      `The local cloud runs ${(await session.graph).resources.length} resources of the stack ${session.stack.stack}`,
    );
    return started;
  });
  const hours = hoursFrom(first, last);
  const earlier = await outcomesOf(cloud, hours);
  await step("Publish them at their times", async (shown) => {
    const publisher = createPublisher(cloud.broker.url, (at) => reach(clock, at, shown.progress));
    session.onClose(publisher.close);
    for (const [date, day] of groupBy(messages, ({ at }) => dateOf(at))) {
      shown.progress(date);
      await explained(() => publisher.publish(day), session.problems);
    }
    await settleHour(cloud, clock, last);
    shown.done(`${thousands(cloud.broker.received())} messages acknowledged and delivered`);
  });
  await step("Run the state machine", async (shown) => {
    await runMachine(cloud, hours, shown);
    shown.done("The state machine has run: hours, days, edges, archives; the mirror is complete");
  });
  const { rows, all } = await step("Ask the views", async () => {
    const warehouse = await cloud.warehouse();
    // A local day may begin or end up to a day away from its UTC date.
    const rows = await readDays(warehouse, dateOf(first - dayMs), dateOf(last + dayMs));
    return { rows, all: await readOutcomes(warehouse, hours) };
  });
  // Of a used state folder the account is of this replay, as far as that can be told.
  const outcomes = outcomesSince(earlier, all) ?? all;
  if (rows.length > 0) print(`\n${formatReplay(rows)}\n${legend}`);
  print(formatAccount(cloud.broker, outcomes));
  const lost = missing(cloud.broker, all);
  // An object is named by its content: to deliver it again changes nothing.
  const repeated = missing(cloud.broker, outcomes) - lost;
  if (repeated > 0)
    print(`  ${count(repeated, "message")} of this replay lay in the state folder already, in the very same objects`);
  for (const { reason, device, messages: those } of outcomes)
    if (reason === "unknown_meter" && device !== null)
      print(
        `${count(those, "message comes", "messages come")} from ${device}, a meter that ${described.file} does not have: they lie in quarantine/.`,
      );
  const faults = [
    ...countEach(session.problems),
    ...(lost > 0 ? [`${thousands(lost)} messages that rules took are in no manifest.`] : []),
  ];
  if (faults.length > 0) throw userError(`The replay is not complete:\n${faults.join("\n")}`);
  const reason = nothingUsable(cloud.broker, repeated > 0 ? all : outcomes, described);
  if (reason !== undefined) throw userError(reason);
}

const legend = `
import, export: the best estimate, from the counter where it tells and from the integral elsewhere
integral: power over the covered time alone
counter: the day's last reading less the last one before the day
`;

/** What the state folder has of the hours already. */
async function outcomesOf(cloud: Cloud, hours: HourRange) {
  await cloud.settleMirror();
  return readOutcomes(await cloud.warehouse(), hours);
}

const instantText = (message: TimedMessage | undefined) =>
  message ? `${new Date(message.at).toISOString().slice(0, 19)}Z` : "";

/** Whatever fails is for the user; so is what was told beside it meanwhile. */
async function explained<T>(work: () => Promise<T>, problems: readonly string[] = []): Promise<T> {
  const known = problems.length;
  try {
    return await work();
  } catch (error) {
    const lines = [messageOf(error), ...countEach(problems.slice(known))];
    throw Object.assign(userError(lines.join("\n")), { cause: error });
  }
}
