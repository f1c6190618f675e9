/** What a used state folder says to --site and --days: what it has is enough, what it lacks is refused, its own site is the default. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checkpointKey } from "../../functions/lake/keys";
import { homeState, refuseForeignLake, refuseOtherHome, siteOf } from "../../local/session/begun";
import { readOptions } from "../../local/session/options";
import { readSites } from "../../local/session/sites";

const meter = (id: string) => ({ id, model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] });
const site = (id: string, timezone: string) => ({ id, timezone, currency: "EUR", meters: [meter(`em-${id}`)] });
const sites = readSites({
  project: "wattlake",
  stack: "dev",
  values: { "wattlake:sites": [site("home", "Europe/Warsaw"), site("london", "Europe/London")] },
});
const begun = { site: "london", since: Date.parse("2025-06-01T00:00:00+01:00") };
const state = homeState.parse({ until: 0, meters: {}, begun });
/** Fourteen local days later, shortly before midnight in London. */
const now = Date.parse("2025-06-15T23:59:00+01:00");
const judge = (...args: string[]) => refuseOtherHome(readOptions(args), sites, state, "/state", now);

it.each([[], ["--site", "london"], ["--days", "14"], ["--days", "3"]])("goes on with %s %s", (...args) => {
  expect(() => judge(...args)).not.toThrow();
});

it("refuses what it does not have, in one sentence", () => {
  expect(() => judge("--days", "15")).toThrow(
    "--days 15 cannot be had here: the state in /state is of the site london and has 14 past days. " +
      "Leave it out to go on with that state, take another folder with --state, or begin anew with --fresh.",
  );
  expect(() => judge("--days", "60", "--site", "home")).toThrow(/^--site home and --days 60 cannot be had here/);
});

it("the site of a state is its default", () => {
  const chosen = (earlier: typeof state | undefined, ...args: string[]) => siteOf(sites, readOptions(args), earlier).id;
  expect(chosen(undefined)).toBe("home");
  expect(chosen(state)).toBe("london");
  const older = homeState.parse({ until: 0, meters: { "em-london": { channels: [], reported_at: 0 } } });
  expect(chosen(older)).toBe("london");
  expect(() => chosen(state, "--site", "nope")).toThrow("--site must be one of the stack's sites: home, london.");
});

it("no home is simulated in a lake that was begun without one; a first start that was cut short begins again", () => {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-begun-"));
  try {
    expect(() => refuseForeignLake(directory)).not.toThrow();
    const checkpoint = join(directory, "s3", "lake-bucket", checkpointKey);
    mkdirSync(dirname(checkpoint), { recursive: true });
    expect(() => refuseForeignLake(directory)).not.toThrow();
    writeFileSync(checkpoint, "{}");
    expect(() => refuseForeignLake(directory)).toThrow(
      `The state in ${directory} has no home.json: it was begun without a simulated home (--no-home or --replay), or the file is gone. To go on without one: --no-home; `,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
