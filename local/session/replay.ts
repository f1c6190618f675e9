/** A recorded capture through the whole pipeline, at its own times, and what the views make of it. */
import type { Site } from "../../config";
import { groupBy } from "../group";
import { readCapture, type TimedMessage } from "../messages/capture";
import { createPublisher } from "../messages/publisher";
import { userError } from "./options";
import { dateOf, dayMs, hoursFrom, runMachine, settleHour } from "./pipeline";
import { formatReplay, readAccount, readDays } from "./report";
import type { Session } from "./session";
import { step, thousands } from "./steps";

export async function replay(session: Session, path: string, print: (text: string) => void): Promise<void> {
  const messages = await step(`Read ${path}`, async (shown) => {
    const read = await explained(() => readCapture(path));
    shown.done(`${thousands(read.length)} messages, ${instantText(read[0])} to ${instantText(read.at(-1))}`);
    return read;
  });
  const [first, last] = [messages[0]?.at ?? 0, messages.at(-1)?.at ?? 0];
  const { cloud, clock } = await step("Start the local cloud from the program's resources", async (shown) => {
    const started = await session.startCloud(first);
    shown.done(
      `The local cloud runs ${(await session.graph).resources.length} resources of the stack ${session.stack.stack}`,
    );
    return started;
  });
  await step("Publish them at their times", async (shown) => {
    const publisher = createPublisher(cloud.broker.url, clock.advanceTo);
    session.onClose(publisher.close);
    for (const [date, day] of groupBy(messages, ({ at }) => dateOf(at))) {
      shown.progress(date);
      await publisher.publish(day);
    }
    await settleHour(cloud, clock, last);
    shown.done(`${thousands(cloud.broker.received())} messages acknowledged and delivered`);
  });
  await step("Run the state machine", async (shown) => {
    await runMachine(cloud, hoursFrom(first, last), shown);
    shown.done("The state machine has run: hours, days, edges, archives; the mirror is complete");
  });
  const { rows, account } = await step("Ask the views", async () => {
    const warehouse = await cloud.warehouse();
    // A local day may begin or end up to a day away from its UTC date.
    const rows = await readDays(warehouse, dateOf(first - dayMs), dateOf(last + dayMs));
    return { rows, account: await readAccount(warehouse) };
  });
  print(
    rows.length > 0
      ? `\n${formatReplay(rows)}\n${legend}`
      : "\nNo reading of a configured meter: the views are empty.\n",
  );
  print(account);
  for (const line of unknownMeters(messages, session.sites, session.stack.stack)) print(line);
  if (session.problems.length > 0) throw userError(`The replay is not complete:\n${session.problems.join("\n")}`);
}

const legend = `
import, export: the best estimate, from the counter where it tells and from the integral elsewhere
integral: power over the covered time alone
counter: the day's last reading less the last one before the day
`;

const instantText = (message: TimedMessage | undefined) =>
  message ? `${new Date(message.at).toISOString().slice(0, 19)}Z` : "";

/** A line for each meter that speaks in the capture and is not configured. */
function unknownMeters(messages: readonly TimedMessage[], sites: readonly Site[], stack: string): string[] {
  const configured = new Set(sites.flatMap(({ meters }) => meters.map(({ id }) => id)));
  const counts = new Map<string, number>();
  for (const { topic } of messages) {
    const [, gen1, gen2] = /^shellies\/([^/]+)\/emeter\/|^([^/]+)\/events\/rpc$/.exec(topic) ?? [];
    const device = gen1 ?? gen2;
    if (device !== undefined && !configured.has(device)) counts.set(device, (counts.get(device) ?? 0) + 1);
  }
  return [...counts].map(
    ([device, count]) =>
      `${thousands(count)} messages come from ${device}, a meter that Pulumi.${stack}.yaml does not have: they lie in quarantine/.`,
  );
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw Object.assign(userError(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}
