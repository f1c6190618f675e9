/** Questions through BigQuery's real client, as `npm run query` and the dashboard ask them. */
import { createClock } from "../../../local/clock";
import { askRunning } from "../../../tools/query/client";
import { dataset, type Google, project, startGoogle } from "../../local/google/google";

let google: Google;
beforeAll(async () => {
  google = await startGoogle({ clock: createClock(Date.UTC(2026, 5, 1)) });
});
afterAll(() => google.close());

test("a parameter of each type arrives as that value of that type, and not as NULL", async () => {
  const source = askRunning({ url: google.url, token: google.userToken, project, dataset }, "here");
  const { columns, rows } = await source.ask("SELECT @site AS site, @day AS day, @instant AS instant", {
    site: { type: "STRING", value: "home" },
    day: { type: "DATE", value: "2026-03-29" },
    instant: { type: "TIMESTAMP", value: "2026-03-29T01:00:00.5Z" },
  });
  expect(rows).toEqual([{ site: "home", day: "2026-03-29", instant: "2026-03-29T01:00:00.500Z" }]);
  expect(columns.map(({ type }) => type)).toEqual(["STRING", "DATE", "TIMESTAMP"]);
  source.close();
});
