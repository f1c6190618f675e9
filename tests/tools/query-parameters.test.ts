/** Named parameters of a question reach BigQuery's client and DuckDB alike. */
import { createClock } from "../../local/clock";
import { askRunning } from "../../tools/query/client";
import { askWarehouse } from "../../tools/query/mirror";
import { dataset, type Google, project, startGoogle } from "../local/google/google";

let google: Google;
beforeAll(async () => {
  google = await startGoogle({ clock: createClock(0) });
});
afterAll(() => google.close());

const question = `SELECT @text AS text, @count + 1 AS next, DATE_ADD(@day, INTERVAL 1 DAY) AS day,
  TIMESTAMP_ADD(@instant, INTERVAL 1 SECOND) AS instant`;
const parameters = {
  text: { type: "STRING", value: "it's" },
  count: { type: "INT64", value: "41" },
  day: { type: "DATE", value: "2026-02-28" },
  instant: { type: "TIMESTAMP", value: "2026-02-28T23:59:59Z" },
} as const;

test.each([
  ["the client", () => askRunning({ url: google.url, token: google.userToken, project, dataset }, "the tests")],
  ["DuckDB", () => askWarehouse({ execute: google.warehouse.execute, close: () => undefined }, "Asked DuckDB.")],
])("%s", async (_, open) => {
  const { rows } = await open().ask(question, parameters);
  expect(rows).toEqual([{ text: "it's", next: 42, day: "2026-03-01", instant: "2026-03-01T00:00:00.000Z" }]);
});
