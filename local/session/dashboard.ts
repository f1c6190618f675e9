/** The dashboard of `npm start`: served by its own process, asking over its own endpoint as any other client would. */
import { openInBrowser } from "../../dashboard/server/browser";
import { catalogAt } from "../../tools/query/sources";
import type { Cloud } from "../cloud";
import type { Options } from "./options";
import type { Session } from "./session";
import { datasetOf } from "./sites";

/** Between two questions for live power, ms: with the second that the live queue collects, a message is seen within two. */
const livePauseMs = 250;

/** Resolves with the page's address; undefined where none is wanted. */
export async function startDashboard(
  session: Pick<Session, "stack" | "directory" | "onClose">,
  { bigQuery }: Pick<Cloud, "bigQuery">,
  options: Pick<Options, "no-dashboard" | "dashboard-port" | "open">,
): Promise<string | undefined> {
  if (options["no-dashboard"]) return undefined;
  // Large libraries, and the table comes first.
  const { serveDashboard }: typeof import("../../dashboard/server") = require("../../dashboard/server");
  const { askRunning }: typeof import("../../tools/query/client") = require("../../tools/query/client");
  const { url, userToken: token } = bigQuery;
  const dashboard = await serveDashboard({
    source: askRunning({ url, token, ...datasetOf(session.stack) }, session.directory),
    catalog: catalogAt({ stack: session.stack.stack }),
    ...{ now: Date.now, livePauseMs, port: options["dashboard-port"] },
  });
  session.onClose(dashboard.close);
  if (options.open) openInBrowser(dashboard.url);
  return dashboard.url;
}
