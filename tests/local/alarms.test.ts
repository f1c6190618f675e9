/** What `npm start` says of alarms: one sentence when one is raised, one when it is over, and nothing otherwise. */
import type { Alarm } from "../../local/aws/cloudwatch";
import { createClock } from "../../local/clock";
import { createAlarmTeller, watchAlarms } from "../../local/session/alarms";

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
