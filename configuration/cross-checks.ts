/** What a schema of a single value cannot see: rules between the values of a meter, and between sites. */
import type { z } from "zod";
import { type ModelName, meterModels } from "./meter-models";
import { isNever, isTogether, type PlaceTexts, timeInPlace } from "./time-in-place";
import { pathText, show } from "./wording";

interface MeterText {
  readonly model: ModelName;
  readonly connection?: "bridge" | "direct" | undefined;
  readonly channels: readonly { readonly index: number }[];
}

interface SiteText {
  readonly id: string;
  readonly meters: readonly { readonly id: string }[];
}

interface PlacesText {
  readonly timezone: string;
  readonly meters: readonly (PlaceTexts & { readonly channels: readonly PlaceTexts[] })[];
}

interface NamedText extends PlaceTexts {
  readonly index: number;
  readonly name: string;
}

interface NamesText {
  readonly timezone: string;
  readonly meters: readonly (PlaceTexts & { readonly channels: readonly NamedText[] })[];
}

interface ScheduleText {
  readonly schedule: "hourly" | "daily";
  readonly at?: string | undefined;
}

/** A meter's connection suits its generation; its channels exist, and each only once. */
export function crossCheckMeter(meter: MeterText, context: z.RefinementCtx): void {
  const { generation, channels } = meterModels[meter.model];
  if (generation === 1 && meter.connection === "direct") {
    const message = `is "direct", but must be "bridge": a Gen1 meter (${meter.model}) has no TLS`;
    context.addIssue({ code: "custom", path: ["connection"], message });
  }
  meter.channels.forEach(({ index }, at) => {
    const report = (message: string) =>
      context.addIssue({ code: "custom", path: ["channels", at, "index"], message: `is ${index}, but ${message}` });
    if (index >= channels) report(`the channels of ${articleFor(meter.model)} are 0 to ${channels - 1}`);
    const first = meter.channels.findIndex((channel) => channel.index === index);
    if (first < at) report(`channels[${first}] has the same index: each channel appears once`);
  });
}

/** A day of so many meters fits into one archive: some 0.42 MB a meter (docs/architecture.md), on a function's disk of 10 GB. */
const mostMeters = 20_000;

/** Site ids are unique, a meter belongs to one site, and there are no more meters than the pipeline can take. */
export function crossCheckSites(sites: readonly SiteText[], context: z.RefinementCtx): void {
  const meters = sites.reduce((sum, site) => sum + site.meters.length, 0);
  if (meters > mostMeters) {
    const message =
      `has ${meters.toLocaleString("en")} meters, but must have at most ${mostMeters.toLocaleString("en")}: the raw messages of a ` +
      "day, some 0.42 MB a meter, go into one archive, and the function that makes it has 10 GB of disk; give the others a stack of their own";
    context.addIssue({ code: "custom", path: ["sites"], message });
  }
  const siteAt = new Map<string, PropertyKey[]>();
  const meterAt = new Map<string, PropertyKey[]>();
  sites.forEach((site, siteIndex) => {
    claim(siteAt, site.id, ["sites", siteIndex, "id"], "each site has its own id", context);
    site.meters.forEach((meter, index) => {
      claim(meterAt, meter.id, ["sites", siteIndex, "meters", index, "id"], "a meter belongs to one site", context);
    });
  });
}

/** A meter and its channels are in place at some time. */
export function crossCheckPlaces({ timezone, meters }: PlacesText, context: z.RefinementCtx): void {
  meters.forEach((meter, at) => {
    const path = ["meters", at];
    if (isNever(timeInPlace(timezone, meter))) {
      const message = `is ${show(meter.until)}, but must be after from, which is ${show(meter.from)}`;
      context.addIssue({ code: "custom", path: [...path, "until"], message });
      return;
    }
    meter.channels.forEach((channel, index) => {
      if (!isNever(timeInPlace(timezone, meter, channel))) return;
      const message = "is never in place: from must be before until, its own and the meter's";
      context.addIssue({ code: "custom", path: [...path, "channels", index], message });
    });
  });
}

/** No two channels of a site have one name at the same time; who comes after another may take its name over. */
export function crossCheckNames({ timezone, meters }: NamesText, context: z.RefinementCtx): void {
  const named = meters.flatMap((meter, at) =>
    meter.channels.map((channel, index) => ({
      id: `${at} ${channel.index}`,
      path: ["meters", at, "channels", index, "name"],
      name: channel.name.normalize("NFC"),
      place: timeInPlace(timezone, meter, channel),
    })),
  );
  named.forEach(({ id, path, name, place }, at) => {
    const first = named
      .slice(0, at)
      .find((other) => other.id !== id && other.name === name && isTogether(other.place, place));
    if (first === undefined) return;
    const [, meter, , channel] = first.path;
    const message = `is ${show(name)}, but so is meters[${meter}].channels[${channel}].name of this site: each channel has its own name`;
    context.addIssue({ code: "custom", path, message });
  });
}

/** A time of day belongs to a daily schedule. */
export function crossCheckSchedule({ schedule, at }: ScheduleText, context: z.RefinementCtx): void {
  if (schedule === "daily" || at === undefined) return;
  const message = `is ${show(at)}, but only a daily schedule has a time of day: leave it out, or set schedule to "daily"`;
  context.addIssue({ code: "custom", path: ["at"], message });
}

function claim(
  owners: Map<string, PropertyKey[]>,
  id: string,
  path: PropertyKey[],
  rule: string,
  context: z.RefinementCtx,
) {
  const owner = owners.get(id);
  if (owner === undefined) owners.set(id, path);
  else context.addIssue({ code: "custom", path, message: `is ${show(id)}, but so is ${pathText(owner)}: ${rule}` });
}

const articleFor = (model: ModelName) => (/^[EA]/.test(model) ? `an ${model}` : `a ${model}`);
