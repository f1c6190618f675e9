/** What the state of a simulated home was begun with: an option that says something else is refused, not passed over. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { Site } from "../../config";
import { checkpointKey } from "../../functions/lake/keys";
import { simulationState } from "../home/simulation";
import { count } from "./account";
import { type Options, userError } from "./options";

/** `home.json`. */
export const homeState = simulationState.extend({
  /** Absent in a state of before it was kept. */
  begun: z
    .object({
      site: z.string(),
      /** The first simulated instant, ms. */
      since: z.number(),
    })
    .optional(),
  /** Ids of meters that have sent readings of their own. */
  real: z.array(z.string()).default([]),
});
export type HomeState = z.infer<typeof homeState>;

/** The site to simulate: the one that is asked for, the state's own, else the first. */
export function siteOf(sites: readonly Site[], { site: id }: Options, earlier: HomeState | undefined): Site {
  const own = earlier && begunSite(sites, earlier);
  const site = id === undefined ? (own ?? sites[0]) : sites.find((each) => each.id === id);
  if (!site) throw userError(`--site must be one of the stack's sites: ${sites.map((each) => each.id).join(", ")}.`);
  return site;
}

/** An older state tells its site by its meters. */
const begunSite = (sites: readonly Site[], { begun, meters }: HomeState) =>
  begun ? sites.find(({ id }) => id === begun.site) : sites.find((site) => site.meters.some(({ id }) => id in meters));

/** @throws a `UserError` where `--site` or `--days` ask for what the state does not have. `now`: ms. */
export function refuseOtherHome(
  { given, site: id, days }: Options,
  sites: readonly Site[],
  earlier: HomeState,
  directory: string,
  now: number,
): void {
  const own = begunSite(sites, earlier);
  const held = earlier.begun && own && pastDays(own.timezone, earlier.begun.since, now);
  const ofSite = id !== undefined && id !== (own?.id ?? earlier.begun?.site);
  const ofDays = given.includes("days") && (held === undefined || days > held);
  if (!ofSite && !ofDays) return;
  const asked = [...(ofSite ? [`--site ${id}`] : []), ...(ofDays ? [`--days ${days}`] : [])].join(" and ");
  const has = [
    `is of the site ${own?.id ?? earlier.begun?.site ?? "of meters that are not configured any more"}`,
    ...(held === undefined ? [] : [`has ${count(held, "past day")}`]),
  ].join(" and ");
  throw userError(
    `${asked} cannot be had here: the state in ${directory} ${has}. Leave it out to go on with that state, take another folder with --state, or begin anew with --fresh.`,
  );
}

/**
 * @throws a `UserError` where the lake was begun without a simulated home: its scheduled runs are past the days that would be
 * simulated, and the readings may be real ones.
 */
export function refuseForeignLake(directory: string): void {
  const lakes = join(directory, "s3");
  const used = existsSync(lakes) && readdirSync(lakes).some((bucket) => existsSync(join(lakes, bucket, checkpointKey)));
  if (!used) return;
  throw userError(
    `The state in ${directory} has no home.json: it was begun without a simulated home (--no-home or --replay), or the file is gone. To go on without one: --no-home; for a simulated one take another folder with --state, or begin anew with --fresh.`,
  );
}

/** Local days from the one of `since` to the one of `now`. */
const pastDays = (timeZone: string, since: number, now: number): number =>
  localDay(timeZone, since).until(localDay(timeZone, now)).days;

export const localDay = (timeZone: string, instant: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate();
