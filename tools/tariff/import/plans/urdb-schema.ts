/** A rate of OpenEI's Utility Rate Database, versions 7 and 8, as its JSON has it. */
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { hasKeys, refuse, type SourceFile } from "../format";

const tier = () =>
  z.object({
    rate: z.number().optional(),
    /** What is added to it. */
    adj: z.number().optional(),
    sell: z.number().optional(),
    max: z.number().optional(),
    unit: z.string().optional(),
  });

const structure = () => z.array(z.array(tier()).min(1)).optional();
/** The number of a period for each hour of each month. */
const schedule = () => z.array(z.array(z.int()).length(24)).length(12).optional();

const rate = () =>
  z.looseObject({
    label: z.string().optional(),
    name: z.string(),
    utility: z.string(),
    country: z.string().optional(),
    uri: z.string().optional(),
    /** Seconds since 1970. */
    startdate: z.int().optional(),
    enddate: z.int().optional(),
    energyratestructure: structure(),
    energyweekdayschedule: schedule(),
    energyweekendschedule: schedule(),
    energytoulabels: z.array(z.string()).optional(),
    demandratestructure: structure(),
    demandweekdayschedule: schedule(),
    demandweekendschedule: schedule(),
    demandrateunit: z.string().optional(),
    demandwindow: z.number().optional(),
    flatdemandstructure: structure(),
    flatdemandmonths: z.array(z.int()).length(12).optional(),
    flatdemandunit: z.string().optional(),
    fixedchargefirstmeter: z.number().optional(),
    fixedchargeunits: z.string().optional(),
    mincharge: z.number().optional(),
    minchargeunits: z.string().optional(),
  });

export type Rate = z.output<ReturnType<typeof rate>>;
export type Structure = NonNullable<Rate["energyratestructure"]>;
export type Tier = z.output<ReturnType<typeof tier>>;

/** The one rate of a file, or that with the label. */
export function rateOf(source: SourceFile, label: string | undefined): Rate {
  const rates = hasKeys(source.json, "items")
    ? parsedOf(source.path, z.object({ items: z.array(rate()) }), source.json).items
    : [parsedOf(source.path, rate(), source.json)];
  const chosen = rates.filter((one) => label === undefined || one.label === label);
  const [only, ...others] = chosen;
  if (only && others.length === 0) return only;
  const labels = rates.map((one) => `${one.label} (${one.name})`).join(", ");
  throw refuse(source, `has ${chosen.length} rates of that label: give --select with one of ${labels}`);
}
