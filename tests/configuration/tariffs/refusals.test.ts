/** Each mistake in a plan, once: the sentence names the file, the path and, in time, the exact minute or day. */
import { join } from "node:path";
import { PlanFolder } from "./plan-folder";

const folder = new PlanFolder();
afterAll(() => folder.remove());
beforeAll(() => {
  folder.calendar("2026-01-01", "2027-01-01", "2026-06-04");
  folder.write("series/colours.csv", "start,end,state\n2026-01-01,2026-06-01,red\n2026-06-01,2027-01-01,blue\n");
});

const file = join(folder.path, "plan.yaml");
const first = "components[0].versions[0]";
const version = (keys: string, rest = "example: true, vat: 0.2") => `{ from: 2026-01-01, ${rest}, ${keys} }`;
const bands = (...list: readonly string[]) => `bands: [${list.join(", ")}]`;
const rest = "{ name: rest, price: 1, otherwise: true }";
const when = (name: string, condition: string) => `{ name: ${name}, price: 2, when: [{ ${condition} }] }`;
const seasons = 'seasons: { summer: [{ from: "04-01", to: "09-30" }], winter: [{ from: "10-02", to: "03-31" }] }';
const working = "calendar: test\ndayTypes: { working: { days: [mon, tue, wed, thu, fri], holidays: except } }";

interface Mistake {
  readonly versions: string;
  readonly plan?: string;
  readonly component?: string;
  readonly said: string;
}

const mistakes: Record<string, Mistake> = {
  "a hole in the day": {
    versions: version(bands(when("a", 'hours: ["06:00-22:00"]'), when("b", 'hours: ["22:15-06:00"]'))),
    said: `${first}.bands have a hole: none holds from 2026-01-01 22:00 until 2026-01-01 22:15.`,
  },
  "a hole between two seasons": {
    versions: version(bands(when("s", "seasons: [summer]"), when("w", "seasons: [winter]"))),
    plan: seasons,
    said: `${first}.bands have a hole: none holds from 2026-10-01 00:00 until 2026-10-02 00:00.`,
  },
  "a hole on a day that begins at six": {
    versions: version(`dayStart: "06:00", ${bands(when("s", "seasons: [summer]"), when("w", "seasons: [winter]"))}`),
    plan: seasons,
    said: `${first}.bands have a hole: none holds from 2026-10-01 06:00 until 2026-10-02 06:00.`,
  },
  "a hole before the first day's beginning at six": {
    versions: `{ from: 2026-04-01, until: 2026-06-01, example: true, vat: 0, dayStart: "06:00", ${bands(when("s", "seasons: [summer]"))} }`,
    plan: seasons,
    said: `${first}.bands have a hole: none holds from 2026-03-31 06:00 until 2026-04-01 06:00.`,
  },
  "a hole on holidays alone": {
    versions: version(`until: 2027-01-01, ${bands(when("w", "dayTypes: [working]"), when("f", "days: [sat, sun]"))}`),
    plan: working,
    said: `${first}.bands have a hole: none holds from 2026-06-04 00:00 until 2026-06-05 00:00.`,
  },
  "a hole in one state of the schedule": {
    versions: version(`schedule: { name: colours }, ${bands(when("r", "states: [red]"))}`),
    said: `${first}.bands have a hole: none holds from 2026-01-01 00:00 until 2026-01-02 00:00 in the state blue.`,
  },
  "an overlap": {
    versions: version(
      `clock: standard, ${bands(when("a", 'hours: ["06:00-13:00"]'), when("b", 'days: [tue], hours: ["12:45-14:00"]'), rest)}`,
    ),
    said: `${first}.bands overlap: a and b hold from 2026-01-06 12:45 standard time until 2026-01-06 13:00 standard time.`,
  },
  "an edge off the grid": {
    versions: version(bands(when("a", 'hours: ["06:00-13:10"]'), rest)),
    said: `${first}.bands[0].when[0].hours[0] is "06:00-13:10", but must be hours with edges on the 15-minute grid.`,
  },
  "hours that are none": {
    versions: version(bands(when("a", 'hours: ["06:00-06:00"]'), rest)),
    said: `${first}.bands[0].when[0].hours[0] is "06:00-06:00", but must be hours "HH:MM-HH:MM" of different times, for example "06:00-13:00" or "22:00-24:00".`,
  },
  "a day that begins off the grid": {
    versions: version('dayStart: "06:10", price: 1'),
    said: `${first}.dayStart is "06:10", but must be a time "HH:MM" on the 15-minute grid.`,
  },
  "a calendar that runs out": {
    versions: version(`until: 2027-03-01, ${bands(when("w", "dayTypes: [working]"), rest)}`),
    plan: working,
    said: `${first}.until is 2027-03-01, but the calendar test runs out at 2027-01-01 00:00, and the bands ask about holidays until then.`,
  },
  "a calendar that runs out of an open end": {
    versions: version(bands(when("w", "dayTypes: [working]"), rest)),
    plan: working,
    said: `${first}.until is missing, but the calendar test runs out at 2027-01-01 00:00, and the bands ask about holidays.`,
  },
  "a calendar that begins too late by the zones' clock": {
    versions: version(`until: 2027-01-01, clock: utc, ${bands(when("w", "dayTypes: [working]"), rest)}`),
    plan: working,
    said: `${first}.from is 2026-01-01, but the calendar test begins at 2026-01-01 00:00, and the bands ask about holidays from 2025-12-31 on.`,
  },
  "versions that overlap": {
    versions: `${version("until: 2026-07-01, price: 1")}, ${version("price: 1").replace("2026-01-01", "2026-06-30")}`,
    said: "components[0].versions[1] overlaps with the version before it from 2026-06-30 00:00 until 2026-07-01 00:00.",
  },
  "versions with a hole between them": {
    versions: `${version("until: 2026-07-01, price: 1")}, ${version("price: 1").replace("2026-01-01", "2026-07-02")}`,
    said: "components[0].versions[1] leaves a hole from 2026-07-01 00:00 until 2026-07-02 00:00.",
  },
  "an open version before another one": {
    versions: `${version("price: 1")}, ${version("price: 1").replace("2026-01-01", "2026-07-02")}`,
    said: "components[0].versions[1] begins on 2026-07-02, but the version before it has no until.",
  },
  "a version that ends before it begins": {
    versions: version("until: 2026-01-01, price: 1"),
    said: `${first}.until is 2026-01-01, but must be after 2026-01-01.`,
  },
  "no price": {
    versions: version("clock: utc"),
    said: `${first} has none of price, bands, blocks, series, fixed, brackets, demand; it must have exactly one.`,
  },
  "two prices": {
    versions: version("price: 1, fixed: { price: 1, per: day }"),
    said: `${first} has price and fixed of price, bands, blocks, series, fixed, brackets, demand; it must have exactly one.`,
  },
  "a price from nowhere": {
    versions: version("price: 1", "vat: 0.2"),
    said: `${first} must have a source, or example: true.`,
  },
  "a source that is none": {
    versions: version("price: 1", "vat: 0.2, source: shet"),
    plan: "sources: { sheet: { title: A sheet, date: 2026-01-01 } }",
    said: `${first}.source is "shet", but must be one of the plan's sources: sheet (did you mean "sheet"?).`,
  },
  "VAT in percent": {
    versions: version("price: 1", "example: true, vat: 23"),
    said: `${first}.vat is 23, but must be a fraction from 0 to 1, for example 0.23.`,
  },
  "a season that is none": {
    versions: version(bands(when("s", "seasons: [sumer]"), rest)),
    plan: seasons,
    said: `${first}.bands[0].when[0].seasons[0] is "sumer", but must be one of the plan's seasons: summer, winter (did you mean "summer"?).`,
  },
  "a season that is no span": {
    versions: version("price: 1"),
    plan: 'seasons: { summer: [{ from: "04-01", to: "09-31" }] }',
    said: 'seasons.summer[0].to is "09-31", but must be a day of the year "MM-DD".',
  },
  "a season of another word": {
    versions: version("price: 1"),
    plan: "seasons: { summer: legal }",
    said: 'seasons.summer is "legal", but must be a list of spans { from: "MM-DD", to: "MM-DD" }, or summer_time, or standard_time.',
  },
  "a day type that is none": {
    versions: version(bands(when("w", "dayTypes: [work]"), rest)),
    said: `${first}.bands[0].when[0].dayTypes[0] is "work", but must be one of the plan's dayTypes: none.`,
  },
  "states without a schedule": {
    versions: version(bands(when("r", "states: [red]"), rest)),
    said: `${first}.bands[0].when[0].states needs the version's schedule.`,
  },
  "a schedule without bands": {
    versions: version("schedule: { name: colours }, price: 1"),
    said: `${first}.schedule is only of use with bands or demand.`,
  },
  "a condition of nothing": {
    versions: version(bands(when("r", ""), rest)),
    said: `${first}.bands[0].when[0] says nothing: use otherwise.`,
  },
  "two bands otherwise": {
    versions: version(bands(rest, rest.replace("rest", "more"))),
    said: `${first}.bands[1].name is "more", but only one band can hold otherwise.`,
  },
  "two bands of one name": {
    versions: version(bands(rest, when("rest", "days: [mon]"))),
    said: `${first}.bands[1].name is "rest", but so is another band.`,
  },
  "a band called unknown": {
    versions: version(bands(rest.replace("rest", "unknown"))),
    said: `${first}.bands[0].name must not be "unknown": so is called what is not yet known.`,
  },
  "a band without a price": {
    versions: version(bands("{ name: rest, otherwise: true }")),
    said: `${first}.bands[0] has none of price, blocks, series; it must have exactly one.`,
  },
  "holidays without a calendar": {
    versions: version("price: 1"),
    plan: "dayTypes: { sunday: { days: [sun], holidays: also } }",
    said: "dayTypes.sunday.holidays needs the plan's calendar.",
  },
  "a holiday that the calendar does not have": {
    versions: version("price: 1"),
    plan: "calendar: test\nholidays: { except: [Day of 06-05] }",
    said: 'holidays.except[0] is "Day of 06-05", which is no holiday of the calendar test (did you mean "Day of 06-04"?).',
  },
  "blocks that do not rise": {
    versions: version("blocks: { per: day, steps: [{ upTo: 5, price: 1 }, { upTo: 5, price: 2 }, { price: 3 }] }"),
    said: `${first}.blocks.steps[1] must end above the step before it.`,
  },
  "blocks with an end": {
    versions: version("blocks: { per: day, steps: [{ upTo: 5, price: 1 }] }"),
    said: `${first}.blocks.steps[0] is the last step, which must have no upTo.`,
  },
  "blocks of two kinds": {
    versions: version(
      "blocks: { per: bill, steps: [{ upTo: 5, price: 1 }, { upToPerDay: 6, price: 2 }, { price: 3 }] }",
    ),
    said: `${first}.blocks.steps[1] must be by the same limit as the step before it, upTo or upToPerDay.`,
  },
  "demand of a kind that is none": {
    versions: version("demand: { price: 4 }"),
    said: `${first} must have the key demand where the component's kind is "demand", and only there.`,
  },
  "a feed-in that imports": {
    versions: version("price: 1"),
    component: "kind: feed_in",
    said: 'components[0].direction must be "export" for feed_in.',
  },
  "months of a price by the day": {
    versions: version("fixed: { price: 1, per: day, months: [4] }"),
    said: `${first}.fixed.months is only of use with per: "bill".`,
  },
  "two minimum bills": {
    versions: version("price: 1"),
    plan: "minimumBill: { perDay: 1, perBill: 30 }",
    said: "minimumBill has perDay and perBill of perDay, perBill; it must have exactly one.",
  },
  "a word that is no key": {
    versions: version("prise: 1"),
    said: `${first} has the unknown key "prise" (did you mean "price"?); its keys are`,
  },
};

test.each(Object.entries(mistakes))("%s is refused", (_, { versions, plan, component, said }) => {
  expect(() => folder.plan(versions, plan, component)).toThrow(`${file}: ${said}`);
});

describe("a series is refused", () => {
  const path = join(folder.path, "series", "spot.csv");
  test.each([
    ["of other columns", "from,to,price\n", ", line 1: the columns must be start,end,price."],
    [
      "off the grid",
      "start,end,price\n2026-01-01,2026-01-01T00:20,1\n",
      ", line 2: 2026-01-01T00:20 is off the 15-minute grid.",
    ],
    [
      "that overlaps",
      "start,end,price\n2026-01-02,2026-01-03,1\n2026-01-01,2026-01-02T00:15,1\n",
      ", line 2: overlaps with line 3.",
    ],
    ["without a price", "start,end,price\n2026-01-02,2026-01-03,\n", ', line 2: price is "", but must be a number.'],
    [
      "that ends before",
      "start,end,price\n2026-01-02,2026-01-02,1\n",
      ', line 2: end is "2026-01-02", but must be after the start.',
    ],
    [
      "at a time that there is twice",
      "start,end,price\n2026-10-25T02:30,2026-10-26,1\n",
      ', line 2: "2026-10-25T02:30" must be a local day, a local time that there is once, or an instant with its offset.',
    ],
  ])("%s", (_, text, said) => {
    folder.write("series/spot.csv", text);
    expect(() => folder.plan(version("series: { name: spot }"))).toThrow(`${path}${said}`);
  });

  test("that is not there", () => {
    expect(() => folder.plan(version("series: { name: spott }"))).toThrow("spott.csv cannot be read");
  });
});

test("a calendar is refused with a day outside of its time, or under another name", () => {
  folder.calendar("2026-01-01", "2027-01-01", "2027-01-01");
  const path = join(folder.path, "calendars", "test.yaml");
  const read = () => folder.plan(version("price: 1"), "calendar: test");
  expect(read).toThrow(`${path}: holidays[0].date is 2027-01-01, but must be a day from 2026-01-01 until 2027-01-01.`);
  folder.write(
    "calendars/test.yaml",
    "{ id: other, name: O, source: s, from: 2026-01-01, until: 2027-01-01, holidays: [{ date: 2026-01-01, name: N }] }",
  );
  expect(read).toThrow(`${path}: id is "other", but must be the file's name.`);
});
