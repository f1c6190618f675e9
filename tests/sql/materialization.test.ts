/**
 * Stored slots: the same figures as computed ones on both engines, refreshed for late data, whole again after failures.
 * DuckDB runs the scheduled query's own text; `CURRENT_DATE()` is a day that the test sets.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading } from "../../functions/readings/reading";
import { toDate } from "../../local/google/duckdb/native";
import { openWarehouse, type Warehouse } from "../../local/google/duckdb/warehouse";
import { type Catalog, readCatalog, withoutLive } from "../../sql/catalog";
import { materializeSlots, readingViews, refreshScript, slotViews } from "../../sql/materialization";
import { expectSame, withViews } from "./engines";
import { layOut, stackConfig, writeLake } from "./lake";
import { startZetaSql } from "./zetasql";
import type { PlainRow } from "./zetasql-values";

const meters = [
  { id: "em", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] },
  { id: "pv", model: "EMG3", channels: [{ index: 0, name: "Second phase", role: "grid" }] },
];
const config = stackConfig(
  [{ id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters }],
  "2025-06-01",
  "2025-07-05",
);
const plain = withoutLive(readCatalog());
const materialization = materializeSlots(plain);
const script = refreshScript(materialization, "home.energy");

const on = (today: string, sql: string) => sql.replaceAll("CURRENT_DATE()", `DATE '${today}'`);
const catalogOn = (today: string): Catalog => {
  const { catalog } = materialization;
  return { ...catalog, views: catalog.views.map((view) => ({ ...view, sql: on(today, view.sql) })) };
};

/** Constant power over the hours from 06:00 UTC of a day, every five minutes. */
const readings = (date: string, hours: number, power_w: number, device = "em"): Reading[] =>
  Array.from({ length: hours * 12 + 1 }, (_, index) => ({
    ts: new Date(Date.parse(`${date}T06:00:00Z`) + index * 300_000).toISOString(),
    ...{ device, channel: 0, power_w },
  }));
const june = (day: number) => `2025-06-${String(day).padStart(2, "0")}`;

let mirrorDirectory: string;
const opened: Warehouse[] = [];
beforeEach(() => {
  mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-stored-"));
});
afterEach(() => {
  for (const warehouse of opened.splice(0)) warehouse.close();
  rmSync(mirrorDirectory, { recursive: true });
});

const open = async (catalog: Catalog) => {
  const warehouse = await openWarehouse({ ...catalog, mirrorDirectory });
  opened.push(warehouse);
  return warehouse;
};
const write = async (...rows: Reading[][]) => {
  const lake = await layOut(config, rows.flat());
  writeLake(lake, mirrorDirectory);
  return lake;
};
/** The scheduled query, as it runs on a day, or by hand for an earlier one. */
const refresh = (warehouse: Warehouse, today: string, runDate = today) =>
  warehouse.runScript(on(today, script), { run_date: toDate(runDate) });
const rowsOf = async (warehouse: Warehouse, view: string) =>
  (await warehouse.query(`SELECT * FROM \`wattlake.${view}\``)).map((row) => JSON.stringify(row)).sort();
/** Energy of the days of which something is known, Wh. */
const daily = async (warehouse: Warehouse) => {
  const rows = await warehouse.query(
    "SELECT date, import_wh FROM `wattlake.energy_daily` WHERE device = 'em' AND import_wh IS NOT NULL ORDER BY date",
  );
  return Object.fromEntries(rows.map(({ date, import_wh }) => [date, Math.round(Number(import_wh) * 1e6) / 1e6]));
};

test("only the stored views change, and what is above it reads it by the same name", () => {
  const after = materialization.catalog.views;
  const unchanged = new Map(plain.views.map(({ name, sql }) => [name, sql]));
  const changed = after.filter(({ name, sql }) => unchanged.get(name) !== sql).map(({ name }) => name);
  const partsOf = (name: string) => [`${name}_computed`, `${name}_recent`, name];
  expect([...changed].sort()).toEqual([...partsOf("netted_export"), ...partsOf("slot_estimates")].sort());
  for (const name of ["netted_export", "slot_estimates"])
    expect(after.find((view) => view.name === name)?.columns).toEqual(
      plain.views.find((view) => view.name === name)?.columns,
    );
});

test("the slots and the views above give the same with stored slots as without, before, at and after the boundary", async () => {
  const today = june(12);
  await write(
    ...[2, 4, 5, 11, 12].map((day) => readings(june(day), 2, 100 * day)),
    readings(june(4), 3, -700, "pv"),
    readings(june(12), 1, -300, "pv"),
  );
  const [stored, computed] = [await open(catalogOn(today)), await open(plain)];
  await refresh(stored, today);
  for (const name of ["slot_estimates", "netted_export", "energy_slots", "energy_monthly", "site_daily"])
    expect([name, await rowsOf(stored, name)]).toEqual([name, await rowsOf(computed, name)]);
  // What is older than a week was the table's.
  await stored.runScript("DELETE FROM `wattlake.slot_estimates_stored` WHERE date < DATE '2030-01-01';");
  expect(await daily(stored)).toEqual({ [june(5)]: 1000, [june(11)]: 2200, [june(12)]: 2400 });
});

describe("readings in a native table", () => {
  const both = materializeSlots(plain, [...readingViews, ...slotViews]);
  const asOf = (today: string): Catalog => {
    const views = both.catalog.views.map((view) => ({ ...view, sql: on(today, view.sql) }));
    return { ...both.catalog, views };
  };
  const store = (warehouse: Warehouse, today: string) =>
    warehouse.runScript(on(today, refreshScript(both, "home.energy")), { run_date: toDate(today) });

  test("give what the files give; what is older than a week is read from the table alone", async () => {
    const today = june(28);
    await write(
      ...[2, 4, 12, 20, 27].map((day) => readings(june(day), 2, 100 * day)),
      readings(june(4), 3, -700, "pv"),
    );
    const [stored, computed] = [await open(asOf(today)), await open(plain)];
    expect(await rowsOf(stored, "readings")).not.toEqual(await rowsOf(computed, "readings"));
    await store(stored, today);
    await store(stored, today);
    for (const name of ["day_readings", "readings", "slot_estimates"])
      expect([name, await rowsOf(stored, name)]).toEqual([name, await rowsOf(computed, name)]);
    await stored.runScript("DELETE FROM `wattlake.day_readings_stored` WHERE date < DATE '2025-06-15';");
    const left = await stored.query("SELECT MIN(date) AS first FROM `wattlake.readings`");
    expect(left).toEqual([{ first: june(20) }]);
    // The readings are stored anew from where the table that lags behind most has come to.
    await stored.runScript("DELETE FROM `wattlake.day_readings_stored` WHERE TRUE;");
    await store(stored, today);
    expect(await rowsOf(stored, "readings")).toEqual(await rowsOf(computed, "readings"));
  });

  test("are replaced by day: late ones come in, gone ones go", async () => {
    const today = june(28);
    await write(readings(june(18), 2, 100), readings(june(27), 1, 100));
    const warehouse = await open(asOf(today));
    await store(warehouse, today);
    await write(readings(june(18), 1, 700), readings(june(19), 1, 100), readings(june(27), 1, 100));
    await store(warehouse, today);
    const fresh = await open(plain);
    expect(await rowsOf(warehouse, "readings")).toEqual(await rowsOf(fresh, "readings"));
  });

  test("are stored by a statement that BigQuery's own analyzer takes", async () => {
    const zetaSql = await startZetaSql(both.catalog.functions);
    const alone = materializeSlots(plain, readingViews);
    try {
      const [, merge = ""] = refreshScript(alone, "wattlake").split(/;\s*/);
      const tables = alone.tables.flatMap(({ name, columns }) =>
        [name, name.replace("stored", "computed")].map((each) => ({ name: `wattlake.${each}`, columns, rows: [] })),
      );
      await zetaSql.analyze(merge.replaceAll("first_date", "DATE '2000-01-01'"), tables);
      expect(merge).toMatch(/^MERGE `wattlake\.day_readings_stored`.*\nON FALSE\nWHEN NOT MATCHED BY SOURCE/s);
    } finally {
      zetaSql.close();
    }
  });
});

test("ZetaSQL stores the rows that DuckDB stores, and reads them to the same figures", async () => {
  const today = june(12);
  const lake = await write(readings(june(4), 2, 400), readings(june(4), 2, -700, "pv"), readings(june(11), 2, 1100));
  const catalog = catalogOn(today);
  const warehouse = await open(catalog);
  await refresh(warehouse, today);
  const zetaSql = await startZetaSql(materialization.catalog.functions);
  try {
    const ask = (query: string, stored: Readonly<Record<string, readonly PlainRow[]>>) => {
      const rows = new Map<string, readonly PlainRow[]>(Object.entries({ ...lake, ...stored }));
      const tables = [...catalog.tables, ...catalog.nativeTables].map((table) => ({
        name: `wattlake.${table.name}`,
        columns: [...table.columns, ...("hive" in table ? table.hive.keys : [])],
        rows: rows.get(table.name) ?? [],
      }));
      return zetaSql.evaluate(withViews(catalog, query), tables);
    };
    const stored: Record<string, readonly PlainRow[]> = {};
    for (const [, table = "", selected = ""] of refreshScript(materialization, "wattlake").matchAll(
      /MERGE `wattlake\.(\w+)` AS stored\nUSING \(\s+(SELECT .*?)\n\) AS computed/gs,
    )) {
      const order = `ORDER BY ${orders[table]}`;
      const select = on(today, selected).replaceAll("first_date", "DATE '2000-01-01'");
      const computed = await ask(`${select} ${order}`, {});
      expectSame(await warehouse.execute(`SELECT * FROM \`wattlake.${table}\` ${order}`), computed);
      stored[table] = computed.rows;
    }
    expect(Object.keys(stored)).toEqual(materialization.tables.map(({ name }) => name));
    expect(stored.slot_estimates_stored?.length).toBeGreaterThan(20);
    expect(stored.netted_export_stored?.length).toBeGreaterThan(4);
    const days = "SELECT * FROM `wattlake.energy_daily` ORDER BY site, device, channel, date";
    expectSame(await warehouse.execute(days), await ask(days, stored));
  } finally {
    zetaSql.close();
  }
});

/** What tells the rows of a stored table apart. */
const orders: Readonly<Record<string, string>> = {
  slot_estimates_stored: "site, device, channel, slot_start",
  netted_export_stored: "site, slot_start",
};

test("a refresh takes in late data of the last two weeks, and no day twice", async () => {
  await write(...[1, 10, 20].map((day) => readings(june(day), 1, 100)));
  const warehouse = await open(catalogOn(june(30)));
  await refresh(warehouse, june(22));
  expect(await daily(warehouse)).toEqual({ [june(1)]: 100, [june(10)]: 100, [june(20)]: 100 });
  await write(...[1, 10, 20, 21].map((day) => readings(june(day), 2, 100)));
  await refresh(warehouse, june(23));
  expect(await daily(warehouse)).toEqual({ [june(1)]: 100, [june(10)]: 200, [june(20)]: 200, [june(21)]: 200 });
  // For older days it is run by hand for an earlier date.
  await refresh(warehouse, june(23), june(14));
  expect(await daily(warehouse)).toMatchObject({ [june(1)]: 200 });
});

test("after a week of failures days are missing, and the next run that succeeds brings them all", async () => {
  await write(...[1, 2, 6, 15, 28].map((day) => readings(june(day), 1, 100)));
  const warehouse = await open(catalogOn(june(30)));
  await refresh(warehouse, june(3));
  expect(Object.keys(await daily(warehouse))).toEqual([1, 2, 28].map(june));
  // Late data of what was stored last, which no run has looked at since.
  await write(...[1, 2, 6, 15, 28].map((day) => readings(june(day), 2, 100)));
  await refresh(warehouse, june(30));
  expect(await daily(warehouse)).toEqual(Object.fromEntries([1, 2, 6, 15, 28].map((day) => [june(day), 200])));
});

test("a slot that a run no longer finds goes, in the days that it looks at and in no other", async () => {
  await write(readings(june(1), 2, 100), readings(june(20), 2, 100));
  const warehouse = await open(catalogOn(june(30)));
  await refresh(warehouse, june(22));
  expect(await daily(warehouse)).toEqual({ [june(1)]: 200, [june(20)]: 200 });
  await write(readings(june(1), 1, 100), readings(june(20), 1, 100));
  await refresh(warehouse, june(23));
  expect(await daily(warehouse)).toEqual({ [june(1)]: 200, [june(20)]: 100 });
});

test("a statement that fails leaves the table as it was, and nothing follows it", async () => {
  await write(readings(june(1), 1, 100));
  const warehouse = await open(catalogOn(june(30)));
  await refresh(warehouse, june(3));
  await write(readings(june(1), 2, 100));
  const run = (text: string) => warehouse.runScript(text, { run_date: toDate(june(3)) });
  const broken = script.replace(/ import_wh = computed.import_wh/, " import_wh = CAST('no number' AS FLOAT64)");
  const emptied = "DELETE FROM `wattlake.slot_estimates_stored` WHERE TRUE;";
  await expect(run(`${on(june(3), broken)}\n${emptied}`)).rejects.toThrow("no number");
  expect(await daily(warehouse)).toEqual({ [june(1)]: 100 });
  for (const refused of ["SET x = 1", "BEGIN TRANSACTION", "COMMIT TRANSACTION"])
    await expect(run(`${refused};`)).rejects.toThrow(
      `local mode does not carry out this statement of a script: ${refused}`,
    );
});

test("the scheduled query changes each table in one statement over the rendered names, that of all days last", () => {
  const [declaration, ...merges] = script.split(/;\s*/);
  expect(declaration).toMatch(
    /^DECLARE first_date DATE DEFAULT \(.*FROM `home\.energy\.slot_estimates_stored`\)\n\)$/s,
  );
  expect(merges.pop()).toBe("");
  expect(merges).toHaveLength(2);
  for (const [index, name] of ["netted_export", "slot_estimates"].entries()) {
    expect(merges[index]).toMatch(new RegExp(`^MERGE \`home\\.energy\\.${name}_stored\` AS stored\\nUSING \\(`));
    expect(merges[index]).toContain(
      `FROM \`home.energy.${name}_computed\` WHERE date >= first_date AND date < CURRENT_DATE()\n) AS computed`,
    );
  }
  expect(script).not.toContain("wattlake.");
});

test("the keys of a row are one: no two computed rows have the same", async () => {
  await write(...[1, 2, 3].map((day) => readings(june(day), 2, 100)), readings(june(2), 3, -700, "pv"));
  const warehouse = await open(plain);
  for (const [, name, on = ""] of script.matchAll(/MERGE `home\.energy\.(\w+)_stored`.*?\nON (.*?)\n/gs)) {
    const keys = [...on.matchAll(/stored\.(\w+)/g)].map(([, key]) => key).join(", ");
    const count = async (what: string) =>
      (await warehouse.query(`SELECT COUNT(*) AS n FROM (SELECT ${what} FROM \`wattlake.${name}\`)`))[0]?.n;
    expect([name, await count(`DISTINCT ${keys}`)]).toEqual([name, await count("*")]);
    expect(await count("*")).toBeGreaterThan(5);
  }
});

test("BigQuery's own analyzer takes the statements", async () => {
  const zetaSql = await startZetaSql(materialization.catalog.functions);
  try {
    const [, ...merges] = refreshScript(materialization, "wattlake").split(/;\s*/);
    const tables = materialization.tables.flatMap(({ name, columns }) =>
      [name, name.replace("stored", "computed")].map((each) => ({ name: `wattlake.${each}`, columns, rows: [] })),
    );
    for (const merge of merges.filter((each) => each !== "")) {
      const statement = merge.replaceAll("first_date", "DATE '2000-01-01'");
      await zetaSql.analyze(statement, tables);
      await expect(zetaSql.analyze(statement.replace("USING", "FROM"), tables)).rejects.toThrow(
        "Expected keyword USING",
      );
    }
  } finally {
    zetaSql.close();
  }
});
