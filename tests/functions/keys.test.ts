/** The layout of the lake reads back as it was laid out. */
import fc from "fast-check";
import {
  arrivalHourOf,
  dayManifestKey,
  edgesKey,
  hourManifestKey,
  partitionOf,
  prefixes,
  rawDayPrefix,
  rawHourPrefix,
  readingsKey,
  siteDaySchema,
  siteDayText,
  stagedKey,
} from "../../functions/lake/keys";
import { tables } from "../../sql/tables";

const instant = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
const date = instant.map((at) => at.toISOString().slice(0, 10));
const hour = instant.map((at) => at.toISOString().slice(0, 13));
const site = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,30}$/);

test("a site-day reads back from its text", () => {
  fc.assert(
    fc.property(fc.record({ site, date }), (siteDay) => {
      expect(siteDaySchema().parse(siteDayText(siteDay))).toEqual(siteDay);
    }),
  );
  expect(siteDayText({ site: "home", date: "2025-06-01" })).toBe("home/2025-06-01");
});

test.each(["home", "home/", "/2025-06-01", "home/2025-6-1", "a/b/2025-06-01", "home/2025-06-01/", 1])(
  "%j is no site-day",
  (text) => {
    expect(siteDaySchema().safeParse(text).success).toBe(false);
  },
);

test("an arrival hour reads back from its prefix, and from an object below it", () => {
  fc.assert(
    fc.property(hour, (at) => {
      expect(arrivalHourOf(rawHourPrefix(at))).toBe(at);
      expect(arrivalHourOf(`${rawHourPrefix(at)}x=1.gz`)).toBe(at);
      expect(partitionOf(hourManifestKey(at)).date).toBe(at.slice(0, 10));
    }),
  );
});

test("the keys of a local day tell its site and date", () => {
  fc.assert(
    fc.property(site, date, hour, (id, day, at) => {
      for (const key of [readingsKey(id, day), edgesKey(id, day), dayManifestKey(id, day), stagedKey(id, day, at)])
        expect(partitionOf(key)).toEqual({ site: id, date: day });
    }),
  );
});

test("below a hive prefix only folders are named key=value: BigQuery may read the name of a file as one", () => {
  const prefixesOfTables = tables.flatMap(({ hive }) => hive?.prefix ?? []);
  fc.assert(
    fc.property(site, date, hour, (id, day, at) => {
      const keys = [readingsKey(id, day), edgesKey(id, day), dayManifestKey(id, day), hourManifestKey(at)];
      for (const prefix of prefixesOfTables) expect(keys.some((key) => key.startsWith(prefix))).toBe(true);
      for (const key of keys) expect(key.split("/").at(-1)).not.toContain("=");
    }),
  );
});

test("a folder that is not of the layout tells nothing", () => {
  expect(partitionOf(`${prefixes.raw}elsewhere/`)).toEqual({});
  expect(arrivalHourOf(rawDayPrefix("2025-06-01"))).toBeUndefined();
  expect(arrivalHourOf(`${rawDayPrefix("2025-06-01")}elsewhere/`)).toBeUndefined();
});
