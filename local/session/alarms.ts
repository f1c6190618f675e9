/** The program's alarms as `npm start` tells them: one sentence when an alarm is raised, with its entry of the runbook, and one when it is over. */
import type { Clock } from "../clock";
import type { Cloud } from "../cloud";

type Alarmed = Pick<Cloud, "alarms">;

/** `look` tells what has changed since the last look; of alarms that are not raised, nothing. */
export function createAlarmTeller(cloud: Alarmed, tell: (sentence: string) => void): { look(): void } {
  let raised = new Set<string>();
  return {
    look() {
      const now = cloud.alarms().filter(({ state }) => state === "ALARM");
      for (const { name, description } of now) if (!raised.has(name)) tell(`${name} is raised: ${description}`);
      const names = new Set(now.map(({ name }) => name));
      for (const name of raised) if (!names.has(name)) tell(`${name} is over.`);
      raised = names;
    },
  };
}

const everyMs = 60_000;

/** Looks each minute from now on, as CloudWatch does. */
export function watchAlarms(clock: Pick<Clock, "now" | "at">, teller: { look(): void }): void {
  const look = () => {
    teller.look();
    clock.at(clock.now() + everyMs, look);
  };
  clock.at(clock.now() + everyMs, look);
}
