/** What `npm start` says of alarms: one sentence when one is raised, one when it is over, and nothing otherwise. */
import type { Alarm } from "../../local/aws/cloudwatch";
import { createClock } from "../../local/clock";
import type { TimedMessage } from "../../local/messages/capture";
import { createPublisher } from "../../local/messages/publisher";
import { createAlarmTeller, watchAlarms } from "../../local/session/alarms";
import { settleHour } from "../../local/session/pipeline";
import { makeDirectories, openCloud, registerDemo } from "./clouds";

const alarm = (name: string, state: Alarm["state"]): Alarm => ({
  ...{ name, state, description: `What ${name} means. What to do: docs/operations.md#${name}` },
  metric: { namespace: "n", metricName: "m" },
});

test("what is raised is told once, with its entry of the runbook, and when it is over", async () => {
  const start = Date.parse("2026-06-01T12:00:00Z");
  const clock = createClock(start);
  const told: string[] = [];
  let alarms: Alarm[] = [alarm("alarms-a", "OK"), alarm("alarms-b", "INSUFFICIENT_DATA")];
  const teller = createAlarmTeller({ alarms: () => alarms }, (sentence) => told.push(sentence));
  teller.look();
  watchAlarms(clock, teller);
  await clock.advanceTo(start + 10 * 60_000);
  expect(told).toEqual([]);
  alarms = [alarm("alarms-a", "ALARM"), alarm("alarms-b", "OK")];
  await clock.advanceTo(start + 20 * 60_000);
  expect(told).toEqual(["alarms-a is raised: What alarms-a means. What to do: docs/operations.md#alarms-a"]);
  alarms = [alarm("alarms-a", "OK"), alarm("alarms-b", "OK")];
  await clock.advanceTo(start + 30 * 60_000);
  expect(told.slice(1)).toEqual(["alarms-a is over."]);
});

test("the whole local cloud: a run that does all that there is raises nothing, and a silence is told", async () => {
  const directories = makeDirectories();
  const resources = await registerDemo({ "wattlake:alerts": { email: "home@example.org", alarms: "all" } });
  const start = Date.UTC(2026, 5, 1, 10);
  const hour = 3_600_000;
  const opened = await openCloud(resources, directories.make(), start);
  const { cloud, clock, problems } = opened;
  const told: string[] = [];
  const teller = createAlarmTeller(cloud, (sentence) => told.push(sentence));
  const publisher = createPublisher(cloud.broker.url, clock.advanceTo);
  /** A report of each of these meters, half past the hour. */
  const report = async (at: number, ...meters: string[]) => {
    const messages = meters.map(
      (meter): TimedMessage => ({ at, topic: `shellies/${meter}/emeter/0/power`, payload: "100.00" }),
    );
    await publisher.publish(messages);
    await settleHour(cloud, clock, at);
    await cloud.run({});
    await clock.advanceTo(clock.now() + 60_000);
    teller.look();
  };
  try {
    const [home, london] = ["shellyem-A4CF12F3B2", "shellyem-5B1F0A"];
    await report(start + hour / 2, home, london);
    expect([told, problems]).toEqual([[], []]);
    // Nothing was heard of either for a day, and of one since.
    await report(start + 25.5 * hour, home);
    expect(told).toEqual([
      expect.stringMatching(/^alarms-silent is raised: .* What to do: docs\/operations\.md#alarms-silent$/),
    ]);
  } finally {
    await publisher.close();
    await cloud.close();
    directories.removeAll();
  }
}, 300_000);
