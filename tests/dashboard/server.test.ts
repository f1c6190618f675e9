/** The dashboard's server: its policy, what it refuses, and that its tables are the views' answers, as JSON and as CSV. */
import fc from "fast-check";
import { z } from "zod";
import { serveDashboard } from "../../dashboard/server";
import { createApp } from "../../dashboard/server/app";
import { readCatalog } from "../../sql/catalog";
import { type Home, longDay, now, openHome, shortDay, today } from "./home";

let home: Home;
beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home.close());

const table = z.object({
  columns: z.array(z.object({ name: z.string(), unit: z.string(), description: z.string() })),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
});
const answer = z.object({
  range: z.object({ grain: z.string(), start: z.string(), end: z.string() }),
  tables: z.record(z.string(), table),
});
const get = (path: string, init?: RequestInit) => fetch(`${home.url}${path}`, init);
async function period(from: string, to: string, site = "home") {
  const response = await get(`/api/period?site=${site}&from=${from}&to=${to}`);
  const { range, tables } = answer.parse(await response.json());
  return { range, balance: table.parse(tables.balance), totals: table.parse(tables.totals) };
}

test("the page allows nothing from elsewhere, and its script and style are kept for ever", async () => {
  const response = await get("/period");
  expect(response.headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  const shell = await response.text();
  const assets = [...shell.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(assets).toHaveLength(2);
  let bytes = shell.length;
  for (const path of assets) {
    const asset = await get(path);
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(asset.headers.get("content-encoding")).toBe("gzip");
    bytes += Number(asset.headers.get("content-length") ?? Number.NaN);
    await asset.arrayBuffer();
  }
  expect(bytes).toBeLessThan(400_000);
});

test("it only reads", async () => {
  for (const method of ["POST", "PUT", "DELETE"]) {
    const response = await get("/api/sites", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
  expect((await get("/period", { method: "HEAD" })).status).toBe(200);
});

const options = () => ({
  source: { about: "", ask: () => Promise.reject(new Error("not asked")), close: () => undefined },
  catalog: readCatalog(),
  page: { shell: { type: "text/html", body: Buffer.from("x"), gzipped: Buffer.from("x") }, assets: new Map() },
  now: () => now,
  livePauseMs: 1000,
});

test("it answers to its address and its own name, not to a name of somebody else's", async () => {
  const { app } = createApp(options());
  const ask = async (host: string) => (await app.request("/now", { headers: { host } })).status;
  expect(await ask("127.0.0.1:8080")).toBe(200);
  expect(await ask("[::1]:8080")).toBe(200);
  expect(await ask("localhost")).toBe(200);
  expect(await ask("attacker.example:8080")).toBe(421);
  expect(await ask("127.0.0.1.attacker.example")).toBe(421);
  expect(await ask("")).toBe(421);
});

test("with a password it answers nothing without", async () => {
  const { app } = createApp({ ...options(), password: "open:sesame" });
  const ask = (authorization?: string) =>
    app.request("/now", { headers: { host: "localhost", ...(authorization && { authorization }) } });
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  const refused = await ask();
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="wattlake"']);
  expect((await ask(basic("me:wrong"))).status).toBe(401);
  expect((await ask(basic("me:"))).status).toBe(401);
  expect((await ask(basic("me:open:sesame"))).status).toBe(200);
});

test("others reach it with a password only", async () => {
  await expect(serveDashboard({ ...options(), host: "0.0.0.0" })).rejects.toThrow(
    "A page that others reach needs a password.",
  );
});

test.each([
  ["site=none&from=2026-10-25&to=2026-10-25", "site must be one of home, sydney"],
  ["site=home&from=2026-10-25&to=2026-02-30", "to must be a day, YYYY-MM-DD"],
  ["site=home&from=2026-10-25&to=2026-10-24", "from must not be after to"],
  ["site=home&from=0001-01-01&to=2026-10-24", "from and to must lie less than 36600 days apart"],
])("%s is refused with what may be asked", async (query, mistake) => {
  const response = await get(`/api/period?${query}`);
  expect([response.status, await response.json()]).toEqual([400, { mistakes: [mistake] }]);
});

test("a screen or table that there is not is refused with those that there are", async () => {
  const query = `site=home&from=${today}&to=${today}`;
  expect(await (await get(`/api/gas?${query}`)).json()).toEqual({
    mistakes: ["must be one of now, period, circuits, pattern, money, trust"],
  });
  const file = await get(`/api/period/gas.csv?${query}`);
  expect([file.status, JSON.stringify(await file.json())]).toEqual([
    404,
    expect.stringContaining("balance.csv, totals.csv"),
  ]);
});

test("the CSV of a table is its JSON", async () => {
  const { balance } = await period(today, today);
  const response = await get(`/api/period/balance.csv?site=home&from=${today}&to=${today}`);
  expect(response.headers.get("content-disposition")).toBe(
    `attachment; filename="wattlake-home-balance-${today}-${today}.csv"`,
  );
  const [head, ...lines] = (await response.text()).trimEnd().split("\r\n");
  expect(head).toBe(balance.columns.map(({ name }) => name).join(","));
  const cells = balance.rows.map((row) => balance.columns.map(({ name }) => row[name] ?? "").join(","));
  expect(lines).toEqual(cells);
});

test("a column has its unit, and the words of the catalog", async () => {
  const { balance } = await period(today, today);
  const view = readCatalog().views.find(({ name }) => name === "site_slots");
  const described = view?.columns.find(({ name }) => name === "import_wh")?.description;
  expect(balance.columns.find(({ name }) => name === "import_wh")).toEqual({
    ...{ name: "import_wh", unit: "Wh" },
    description: described,
  });
});

test.each([
  ["a day of 25 hours", longDay, longDay, "slot", 100],
  ["a day of 23 hours", shortDay, shortDay, "slot", 92],
  ["a week with a day of 25 hours", "2026-10-20", "2026-10-26", "hour", 169],
  ["a month", "2026-10-01", "2026-10-31", "day", 31],
  ["a year", "2026-01-01", "2026-12-31", "month", 12],
])("%s is whole", async (_, from, to, grain, steps) => {
  const { range, balance } = await period(from, to, from === shortDay ? "sydney" : "home");
  expect([range.grain, balance.rows.length]).toEqual([grain, steps]);
});

test("what is unknown is null and missing, what is to come is null without a quality, and neither is zero", async () => {
  const { balance } = await period(today, today);
  const at = (time: string) => balance.rows.find(({ start }) => start === `2026-10-26T${time}:00.000Z`);
  expect(at("08:00")).toMatchObject({ import_wh: null, export_wh: null, consumption_wh: null, quality: "missing" });
  expect(at("18:00")).toMatchObject({ import_wh: null, step_s: 0, quality: null });
  expect(at("06:00")).toMatchObject({ consumption_wh: expect.any(Number), quality: "measured", step_s: 900 });
});

test.each([
  [longDay, longDay],
  ["2026-10-20", "2026-10-26"],
  ["2026-01-01", "2026-12-31"],
])("the totals of %s to %s are the sums of site_daily", async (from, to) => {
  const { totals } = await period(from, to);
  const [expected] = await home.mirror.warehouse.query(
    `SELECT SUM(import_wh) AS import_wh, SUM(export_wh) AS export_wh, SUM(consumption_wh) AS consumption_wh,
       SUM(solar_wh) AS solar_wh, SUM(covered_s) AS covered_s
     FROM \`wattlake.site_daily\` WHERE site = 'home' AND date BETWEEN '${from}' AND '${to}'`,
  );
  const [row] = totals.rows;
  for (const [name, value] of Object.entries(expected ?? {}))
    expect([name, row?.[name]]).toEqual([name, expect.closeTo(Number(value), 6)]);
});

/** Ranges of each grain that touch the days with readings, begun or ended anywhere in a month. */
const anyRange = fc
  .record({ day: fc.integer({ min: 0, max: 5 }), length: fc.constantFrom(1, 4, 60, 400, 800), ends: fc.boolean() })
  .map(({ day, length, ends }) => {
    const isoDay = (days: number) => new Date(Date.parse("2026-10-22") + days * 86_400_000).toISOString().slice(0, 10);
    return ends ? [isoDay(day - length + 1), isoDay(day)] : [isoDay(day), isoDay(day + length - 1)];
  });

test("the steps of any range add up to its days, of the home and of each circuit", async () => {
  const sum = (rows: z.infer<typeof table>["rows"], name: string) =>
    rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
  await fc.assert(
    fc.asyncProperty(anyRange, async ([from = "", to = ""]) => {
      const days = (view: string, columns: string) =>
        home.mirror.warehouse.query(
          `SELECT ${columns} FROM \`wattlake.${view}\` WHERE site = 'home' AND date BETWEEN '${from}' AND '${to}'`,
        );
      const { balance, totals } = await period(from, to);
      const names = ["import_wh", "export_wh", "consumption_wh", "solar_wh", "covered_s"];
      const [expected] = await days("site_daily", names.map((name) => `SUM(${name}) AS ${name}`).join(", "));
      for (const name of names) {
        const whole = Number(expected?.[name] ?? 0);
        const shown = [sum(balance.rows, name), Number(totals.rows[0]?.[name] ?? 0)];
        expect([name, shown]).toEqual([name, [expect.closeTo(whole, 6), expect.closeTo(whole, 6)]]);
      }
      const { tables } = answer.parse(await (await get(`/api/circuits?site=home&from=${from}&to=${to}`)).json());
      const roof = (name: string) => (tables[name]?.rows ?? []).filter(({ part }) => part === "solar");
      const [made] = await days("energy_daily", "SUM(IF(channel = 1, import_wh, 0)) AS energy_wh");
      const whole = expect.closeTo(Number(made?.energy_wh ?? 0), 6);
      expect([sum(roof("steps"), "energy_wh"), sum(roof("circuits"), "energy_wh")]).toEqual([whole, whole]);
    }),
    { numRuns: 12, seed: 1 },
  );
});
