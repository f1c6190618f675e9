/** BigQuery's REST interface on DuckDB, asked by the real client: streaming, queries, and who may do what. */
import { BigQuery } from "@google-cloud/bigquery";
import { createClock, type VirtualClock } from "../../../local/clock";
import { customRoles, dataset, type Google, project, startGoogle } from "./google";

const start = Date.parse("2026-06-01T12:00:00Z");
const environment = { ...process.env };
let clock: VirtualClock;
let google: Google;
beforeEach(async () => {
  clock = createClock(start);
  google = await startGoogle({ clock });
});
afterEach(async () => {
  await google.close();
  process.env = { ...environment };
});

const json = (channel: number, more: object = {}) => ({
  site: "home",
  date: "2026-06-01",
  ts: "2026-06-01T12:00:00.123Z",
  device: "em",
  channel,
  received: "2026-06-01T12:00:00.456789Z",
  ...more,
});
const row = (insertId: string, channel: number, more: object = {}) => ({ insertId, json: json(channel, more) });
const table = (client: BigQuery) => client.dataset(dataset).table("live_readings");
const raw = { raw: true, skipInvalidRows: true, partialRetries: 0 };
const channels = async () =>
  (await google.warehouse.query("SELECT channel FROM `d.live_readings` ORDER BY channel")).map((each) => each.channel);

describe("insertAll", () => {
  test("takes rows as they are typed", async () => {
    await table(google.clientOf("writer")).insert([row("a", 0, { power_w: -1.5, import_counter_wh: 7 })], raw);
    expect(await google.warehouse.query("SELECT * FROM `d.live_readings`")).toEqual([
      {
        ...json(0, { power_w: -1.5, import_counter_wh: 7 }),
        ...{ power_unknown: null, reactive_power_var: null, voltage_v: null, current_a: null, power_factor: null },
        ...{ frequency_hz: null, export_counter_wh: null },
      },
    ]);
  });

  test("adds no row whose insert id it knows, within a minute of its last use", async () => {
    const writer = table(google.clientOf("writer"));
    await writer.insert([row("a", 0), row("b", 1)], raw);
    await writer.insert([row("b", 1), row("c", 2), row("c", 2)], raw);
    expect(await channels()).toEqual([0, 1, 2]);
    await clock.advanceTo(start + 59_999);
    await writer.insert([row("b", 1)], raw);
    await clock.advanceTo(start + 60_000);
    await writer.insert([row("a", 0), row("b", 1)], raw);
    expect(await channels()).toEqual([0, 0, 1, 2]);
  });

  test("with skipInvalidRows refuses only the rows that do not fit", async () => {
    const rows = [
      row("a", 0),
      row("b", 1, { power_w: "much" }),
      row("c", 2, { power_kw: 1 }),
      row("d", 3, { date: "today" }),
      row("e", 4, { power_w: null, voltage_v: "230.5" }),
    ];
    await expect(table(google.clientOf("writer")).insert(rows, raw)).rejects.toMatchObject({
      name: "PartialFailureError",
      errors: [
        { row: rows[1], errors: [{ reason: "invalid", message: 'Cannot convert value to FLOAT64: "much"' }] },
        { row: rows[2], errors: [{ reason: "invalid", message: "no such field: power_kw." }] },
        { row: rows[3], errors: [{ reason: "invalid", message: 'Cannot convert value to DATE: "today"' }] },
      ],
    });
    expect(await channels()).toEqual([0, 4]);
  });

  test("without it one such row stops them all", async () => {
    const rows = [row("a", 0), row("b", 1, { channel: 1.5 })];
    await expect(
      table(google.clientOf("writer")).insert(rows, { ...raw, skipInvalidRows: false }),
    ).rejects.toMatchObject({
      errors: [{ errors: [{ reason: "stopped" }] }, { errors: [{ reason: "invalid" }] }],
    });
    expect(await channels()).toEqual([]);
  });
});

test("rows that could not be stored are taken when they are sent again", async () => {
  const append = jest.spyOn(google.warehouse, "append").mockRejectedValueOnce(new Error("disk full"));
  const writer = table(google.clientOf("writer"));
  await expect(writer.insert([row("a", 0)], raw)).rejects.toMatchObject({ code: 500, message: "disk full" });
  await writer.insert([row("a", 0)], raw);
  expect(append).toHaveBeenCalledTimes(2);
  expect(await channels()).toEqual([0]);
});

describe("who may", () => {
  test("a role that the provider does not admit gets no token", async () => {
    await expect(table(google.clientOf("stranger")).insert([row("a", 0)], raw)).rejects.toThrow(
      "The provider's attribute condition rejects arn:aws:sts::123456789012:assumed-role/stranger",
    );
    expect(await channels()).toEqual([]);
  });

  test("a request that was signed for another provider is of no use here", async () => {
    const audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/other/providers/aws-role";
    await expect(table(google.clientOf("writer", { audience })).insert([row("a", 0)], raw)).rejects.toThrow(
      "is no identity provider of the program",
    );
  });

  test("an access key that AWS does not know", async () => {
    const writer = google.clientOf("writer");
    process.env.AWS_ACCESS_KEY_ID = "AKIAUNKNOWN";
    await expect(table(writer).insert([row("a", 0)], raw)).rejects.toThrow("AWS does not know the access key");
  });

  test.each([
    ["the right to read", { role: "roles/bigquery.dataViewer" }],
    ["a custom role that only reads", { role: customRoles.reader }],
    ["a custom role that the program does not have", { role: "projects/a-project/roles/other" }],
    ["another table", { tableId: "other" }],
    ["another role", { member: "principalSet://iam.googleapis.com/other" }],
  ])("a grant of %s lets no one write", async (_, grant) => {
    const other = await startGoogle({ clock, grant });
    try {
      await expect(table(other.clientOf("writer")).insert([row("a", 0)], raw)).rejects.toMatchObject({
        code: 403,
        message: expect.stringContaining("Permission bigquery.tables.updateData denied"),
      });
    } finally {
      await other.close();
    }
  });

  test("a grant without the right to the table's metadata lets no one write", async () => {
    const other = await startGoogle({ clock, grant: { role: customRoles.blind } });
    try {
      await expect(table(other.clientOf("writer")).insert([row("a", 0)], raw)).rejects.toMatchObject({
        code: 403,
        message: expect.stringContaining("Permission bigquery.tables.get denied"),
      });
    } finally {
      await other.close();
    }
  });

  test("the writer may not query, and may not write elsewhere", async () => {
    const writer = google.clientOf("writer");
    await expect(writer.query("SELECT 1 AS one")).rejects.toMatchObject({ code: 403 });
    await expect(
      writer
        .dataset(dataset)
        .table("meters")
        .insert([row("a", 0)], raw),
    ).rejects.toMatchObject({ code: 403 });
  });

  test("nobody without a token", async () => {
    const answer = await fetch(`${google.url}/projects/${project}/queries`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(401);
  });
});

describe("queries", () => {
  const rows = Array.from({ length: 25 }, (_, channel) => row(String(channel), channel, { power_w: channel / 2 }));
  beforeEach(() => table(google.clientOf("writer")).insert(rows, raw));

  test("types come back as the client makes them", async () => {
    const [[found]] = await google.userClient().query(`
      SELECT site, date, ts, channel, power_w, power_w > 2 AS high, voltage_v, [1, 2] AS list
      FROM \`${project}.${dataset}.live_readings\` WHERE channel = 5`);
    expect(JSON.parse(JSON.stringify(found))).toEqual({
      site: "home",
      date: { value: "2026-06-01" },
      ts: { value: "2026-06-01T12:00:00.123Z" },
      channel: 5,
      power_w: 2.5,
      high: true,
      voltage_v: null,
      list: [1, 2],
    });
  });

  test("named parameters, each of its type", async () => {
    const [found] = await google.userClient().query({
      query: `SELECT channel FROM \`${dataset}.live_readings\`
        WHERE site = @site AND date = @date AND ts = @ts AND power_w >= @power AND channel < @below ORDER BY channel`,
      params: {
        site: "home",
        date: BigQuery.date("2026-06-01"),
        ts: BigQuery.timestamp("2026-06-01T12:00:00.123Z"),
        power: 1.5,
        below: 6,
      },
    });
    expect(found).toEqual([{ channel: 3 }, { channel: 4 }, { channel: 5 }]);
  });

  test.each([
    ["ts = @x", "TIMESTAMP", "2026-06-01 12:00:00.123000+00:00"],
    ["ts = @x", "TIMESTAMP", "2026-06-01T14:00:00.123+02:00"],
    ["ts < @x", "TIMESTAMP", "2026-06-01T12:00:00.123001Z"],
    ["DATETIME(ts) = @x", "DATETIME", "2026-06-01 12:00:00.123"],
    ["DATETIME(ts) > @x", "DATETIME", "2026-06-01T12:00:00"],
    ["channel = @x", "INTEGER", "5"],
    ["power_w = @x", "BIGNUMERIC", "2.5"],
    ["power_w < @x", "FLOAT64", "Infinity"],
    ["@x IS NULL", "STRING", null],
  ])("what other clients send: %s, %s %s", async (condition, type, value) => {
    const query = `SELECT channel FROM \`${dataset}.live_readings\` WHERE channel = 5 AND ${condition}`;
    const response = await fetch(`${google.url}/bigquery/v2/projects/${project}/queries`, {
      method: "POST",
      headers: { authorization: `Bearer ${google.userToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        ...{ query, useLegacySql: false, formatOptions: { useInt64Timestamp: true } },
        queryParameters: [{ name: "x", parameterType: { type }, parameterValue: { value } }],
      }),
    });
    expect(await response.json()).toMatchObject({ rows: [{ f: [{ v: "5" }] }] });
  });

  test.each([
    [{ n: [1, 2] }, /parameters of STRING, INT64, .* only/],
    [{ n: BigQuery.int("1.5") }, /@n is no INT64: 1.5/],
    [{ n: BigQuery.date("2026-02-31") }, /@n is no DATE: 2026-02-31/],
    [{ m: 1 }, /@n has no value; given: @m/],
    [[1], /named parameters only/],
  ])("parameters %j are refused", async (params, message) => {
    await expect(google.userClient().query({ query: "SELECT @n", params })).rejects.toMatchObject({
      code: 400,
      errors: [{ message: expect.stringMatching(message) }],
    });
  });

  test("results in pages, by query and by job", async () => {
    const query = `SELECT channel FROM \`${dataset}.live_readings\` ORDER BY channel`;
    const all = rows.map((_, channel) => ({ channel }));
    const user = google.userClient();
    expect((await user.query({ query, maxResults: 10 }))[0]).toEqual(all);
    const [job] = await user.createQueryJob({ query });
    expect((await job.getQueryResults())[0]).toEqual(all);
    const [page, next] = await job.getQueryResults({ maxResults: 20 });
    expect(page).toEqual(all.slice(0, 20));
    expect((await job.getQueryResults({ ...next }))[0]).toEqual(all.slice(20));
  });

  test("a mistake is told as BigQuery tells it", async () => {
    await expect(google.userClient().query("SELECT nonsense FROM `d.live_readings`")).rejects.toMatchObject({
      code: 400,
      errors: [{ reason: "invalidQuery", message: expect.stringContaining("nonsense") }],
    });
  });

  test("a table's columns", async () => {
    const [metadata] = await table(google.userClient()).getMetadata();
    expect(metadata.schema.fields.slice(0, 3)).toEqual([
      { name: "site", type: "STRING", mode: "NULLABLE" },
      { name: "date", type: "DATE", mode: "NULLABLE" },
      { name: "ts", type: "TIMESTAMP", mode: "NULLABLE" },
    ]);
    await expect(google.userClient().dataset(dataset).table("none").getMetadata()).rejects.toMatchObject({ code: 404 });
  });

  test("what local mode does not carry out says so", async () => {
    await expect(google.userClient().createDataset("another")).rejects.toMatchObject({
      code: 501,
      message: expect.stringContaining("POST /projects/a-project/datasets"),
    });
  });
});

test("a partition is dropped three days after its date began", async () => {
  await table(google.clientOf("writer")).insert([row("a", 0), row("b", 1, { date: "2026-06-02" })], raw);
  await google.warehouse.dropExpired(Date.parse("2026-06-03T23:59:59.999Z"));
  expect(await channels()).toEqual([0, 1]);
  await google.warehouse.dropExpired(Date.parse("2026-06-04T00:00:00Z"));
  expect(await channels()).toEqual([1]);
});
