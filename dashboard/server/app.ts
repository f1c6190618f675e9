/** The dashboard's server: the page, the tables of its screens as JSON and CSV, and a stream of live power. It only reads. */
import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { streamSSE } from "hono/streaming";
import type { Catalog } from "../../sql/catalog";
import type { Source } from "../../tools/query/answer";
import { formatAnswer } from "../../tools/query/format";
import { screens } from "../questions";
import { livePower } from "../questions/live";
import type { Site } from "../questions/question";
import { type ScreenName, screenNames } from "../questions/screen-names";
import { sitesQuestion } from "../questions/sites";
import { readAskedRange } from "./asked-range";
import { makeAsking } from "./asking";
import type { Asset, Page } from "./bundle";
import { guard } from "./guard";
import { createLive } from "./live";
import { todayAt } from "./range";
import { type AnsweredTable, answerTable, makeAsked } from "./tables";

export interface AppOptions {
  readonly source: Source;
  /** What can be asked there. */
  readonly catalog: Catalog;
  readonly page: Page;
  /** ms */
  readonly now: () => number;
  /** Between two questions for live power, ms. */
  readonly livePauseMs: number;
  /** Asked for where the page is open to others. */
  readonly password?: string | undefined;
}

export function createApp({ source, catalog, page, now, livePauseMs, password }: AppOptions) {
  const app = new Hono();
  const asking = makeAsking(source, now);
  const live = createLive({ source, now, pauseMs: livePauseMs });
  const hasView = (view: string) => catalog.views.some(({ name }) => name === view);
  const hasLive = hasView(livePower.view);
  const readSites = async (): Promise<readonly Site[]> => {
    const { rows } = await asking(sitesQuestion.sql, {}, new AbortController().signal);
    return sitesQuestion.rows.parse(rows);
  };

  app.use(guard(password));
  app.use("/api/:screen", compressed);
  app.use("/api/:screen/*", compressed);
  app.onError((error, context) => context.json({ mistakes: [error.message] }, 500));

  app.get("/", (context) => context.redirect("/now"));
  for (const name of screenNames) app.get(`/${name}`, (context) => send(context, page.shell, "no-cache"));
  for (const [path, asset] of page.assets)
    app.get(path, (context) => send(context, asset, "public, max-age=31536000, immutable"));

  app.get("/api/sites", async (context) => {
    const sites = await readSites();
    return context.json({
      live: hasLive,
      sites: sites.map((site) => ({ ...site, today: todayAt(site.zone, now()) })),
    });
  });

  app.get("/api/live", async (context) => {
    const names = (await readSites()).map(({ id }) => id);
    const site = context.req.query("site") ?? "";
    if (!hasLive) return context.json({ mistakes: ["There is no live path here: ingest.live is off."] }, 404);
    if (!names.includes(site)) return context.json({ mistakes: [`site must be one of ${names.join(", ")}`] }, 400);
    return streamSSE(context, async (stream) => {
      await new Promise<void>((resolve) => {
        const end = live.listen(site, ({ event, ...data }) => {
          void stream.writeSSE({ event, data: JSON.stringify(data) });
        });
        stream.onAbort(() => {
          end();
          resolve();
        });
      });
    });
  });

  const asked = async ({ req }: Context, only: Readonly<Record<string, string>> = {}) => {
    const parsed = readAskedRange(req.query(), await readSites());
    return "mistakes" in parsed ? parsed : { asked: makeAsked(parsed.asked, asking, now(), req.raw.signal, only) };
  };

  app.get("/api/:screen", async (context) => {
    const screen = screenOf(context.req.param("screen"));
    if (screen === undefined) return context.json({ mistakes: [noScreen] }, 404);
    const parsed = await asked(context);
    if ("mistakes" in parsed) return context.json({ mistakes: parsed.mistakes }, 400);
    const { site, range } = parsed.asked;
    const tables: Record<string, AnsweredTable> = {};
    const names = context.req.query("tables")?.split(",");
    const all = screens[screen].map(({ name }) => name);
    if (names?.some((name) => !all.includes(name)))
      return context.json({ mistakes: [`tables must be of ${all.join(", ")}`] }, 400);
    // Of a view that is not there, as without the live path, there is no table.
    const there = screens[screen].filter(
      ({ name, view, alone, later }) =>
        hasView(view(range)) && (names?.includes(name) ?? !(later || alone !== undefined)),
    );
    for (const table of there) tables[table.name] = await answerTable(table, parsed.asked, catalog);
    const { from, to, grain } = range;
    const [start, end] = [range.steps.at(0)?.start ?? 0, range.steps.at(-1)?.end ?? 0].map(isoOf);
    const { id, zone, currency } = site;
    return context.json({
      site: id,
      zone,
      currency,
      range: { from, to, grain, start, end },
      asOf: isoOf(now()),
      tables,
    });
  });

  app.get("/api/:screen/:file", async (context) => {
    const screen = screenOf(context.req.param("screen"));
    if (screen === undefined) return context.json({ mistakes: [noScreen] }, 404);
    const files = screens[screen].map(({ name }) => `${name}.csv`);
    const [name = "", type = ""] = context.req.param("file").split(".");
    const table = ["csv", "json"].includes(type) ? screens[screen].find((each) => each.name === name) : undefined;
    if (table === undefined) return context.json({ mistakes: [`must be one of ${files.join(", ")}`] }, 404);
    const narrowed = (table.alone ?? []).flatMap((column) => {
      const value = context.req.query(column);
      return value === undefined ? [] : [[column, value] as const];
    });
    const parsed = await asked(context, Object.fromEntries(narrowed));
    if ("mistakes" in parsed) return context.json({ mistakes: parsed.mistakes }, 400);
    const view = table.view(parsed.asked.range);
    if (!hasView(view)) return context.json({ mistakes: [`There is no view ${view} here.`] }, 404);
    const { columns, rows } = await answerTable(table, parsed.asked, catalog);
    const { site, range } = parsed.asked;
    if (type === "json") return context.json({ columns, rows });
    const file = `wattlake-${site.id}-${name}-${range.from}-${range.to}.csv`;
    const typed = columns.map((column) => ({ name: column.name, type: "" }));
    return context.body(`${formatAnswer({ columns: typed, rows }, "csv")}\r\n`, 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${file}"`,
    });
  });

  return { app, close: live.close };
}

const compressed = compress();
const isoOf = (instant: number) => new Date(instant).toISOString();
const noScreen = `must be one of ${screenNames.join(", ")}`;
const screenOf = (text: string): ScreenName | undefined => screenNames.find((name) => name === text);

function send(context: Context, { type, body, gzipped }: Asset, caching: string): Response {
  const isGzip = /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");
  return context.body(new Uint8Array(isGzip ? gzipped : body), 200, {
    "content-type": type,
    "cache-control": caching,
    vary: "accept-encoding",
    ...(isGzip && { "content-encoding": "gzip" }),
  });
}
