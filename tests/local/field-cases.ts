/** The field cases of `../shared/data`: small captures of what owners of meters have reported, each with a known answer. */
import type { TimedMessage } from "../../local/messages/capture";
import { readFieldCase } from "../sql/field-case";
import { makeDirectories, openCloud, registerDemo, replayInto } from "./clouds";

/** Sends messages through the pipeline of a stack of these sites, and asks a view. */
export async function askSites(sites: readonly object[], messages: readonly TimedMessage[], query: string) {
  const resources = await registerDemo({ "wattlake:sites": sites });
  const directories = makeDirectories();
  const opened = await openCloud(resources, directories.make(), messages[0]?.at ?? 0);
  try {
    await replayInto(opened, messages);
    const rows = await (await opened.cloud.warehouse()).query(query);
    return { problems: opened.problems, rows };
  } finally {
    await opened.cloud.close();
    directories.removeAll();
  }
}

/** Sends a case's messages through the pipeline of one site with these meters, and asks a view of the site. */
export const askCase = async (name: string, meters: readonly object[], query: string) =>
  askSites([{ id: "case", timezone: "UTC", currency: "EUR", meters }], await readFieldCase(name), query);
