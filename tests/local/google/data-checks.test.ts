/** The nightly checks in local mode: the deployed script runs after each run, and a rule that is broken is told by its sentence. */
import type { TimedMessage } from "../../../local/messages/capture";
import type { Registered } from "../../../local/program/graph";
import { makeDirectories, type Opened, openCloud, registerDemo, replayInto } from "../clouds";

const noon = Date.UTC(2025, 5, 3, 12);
const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

const heating: TimedMessage[] = Array.from({ length: 7 }, (_, index) => ({
  at: noon + index * 10 * minuteMs,
  topic: "shellies/shellyem-A4CF12F3B2/emeter/1/power",
  payload: `${600 + index}.00`,
}));

let resources: readonly Registered[];
const directories = makeDirectories();
beforeAll(async () => {
  resources = await registerDemo({
    "wattlake:alerts": { email: "home@example.org" },
    "wattlake:warehouse": { materialize: false },
  });
});
afterAll(directories.removeAll);

/** The policy of the checks, as it stands. */
const policyOf = ({ cloud }: Pick<Opened, "cloud">) =>
  cloud.alarms().find(({ name }) => name === "google-alarms-checks");

it("says nothing of a site that is heard, and names the one that is not, with its last day, to the policy too", async () => {
  const directory = directories.make();
  const first = await openCloud(resources, directory, noon);
  try {
    await first.cloud.warehouse();
    await replayInto(first, heating);
    expect(first.problems).toEqual([]);
    expect(policyOf(first)?.state).toBe("OK");
  } finally {
    await first.cloud.close();
  }
  const later = await openCloud(resources, directory, noon + 4 * dayMs);
  try {
    await later.cloud.warehouse();
    expect(later.problems).toEqual(["The scheduled query checks-query failed: home has no readings after 2025-06-03."]);
    expect(policyOf(later)).toMatchObject({
      state: "ALARM",
      description: expect.stringContaining(
        "names the place: home has no readings after 2025-06-03. What to do: docs/operations.md#",
      ),
    });
  } finally {
    await later.cloud.close();
  }
});
