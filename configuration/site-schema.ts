/** `wattlake:sites`: where the meters are, and what money and time are there. */
import { z } from "zod";
import { crossCheckNames, crossCheckPlaces, crossCheckTariff } from "./cross-checks";
import { about, block, degrees, listOf, name, oneOf } from "./kinds";
import { meterSchema } from "./meter-schema";
import { currency, tariffNames } from "./tariffs";
import { timeZone } from "./time-zones";
import { mustBeOneOf } from "./wording";

export function siteSchema() {
  const tariffs = tariffNames();
  return block({
    id: name(/^[a-z0-9][a-z0-9_-]*$/, 63, 'a name of lower-case letters, digits, "-" and "_"').meta(
      about("Names the site in the lake (`site=`) and in every view. Another id is another site.", "home"),
    ),
    timezone: timeZone().meta(about("Decides where a day begins and ends.", "Europe/Warsaw")),
    currency: currency().meta(about("What the site pays in; the same as its tariff's.", "PLN")),
    location: block({
      latitude: degrees(90).meta(about("North is positive (WGS 84).", 50.06)),
      longitude: degrees(180).meta(about("East is positive (WGS 84).", 19.94)),
    })
      .meta(about("Where the site is.", undefined, "not known"))
      .optional(),
    tariff: z
      .enum(tariffs, mustBeOneOf(tariffs, "one of the plans in tariffs/:"))
      .meta(about("The price plan: the name of a file of `tariffs/` without `.yaml`.", "pl-g12", "none"))
      .optional(),
    netting: oneOf(["sum", "per_channel"])
      .meta(
        about(
          "`sum`: the grid channels' simultaneous power is summed before import and export are split, as one billing meter does; `per_channel`: each channel is split for itself.",
          "sum",
        ),
      )
      .default("sum"),
    meters: listOf(meterSchema(), "meter").meta(about("The site's meters, also those that have left (`until`).")),
  }).superRefine((site, context) => {
    crossCheckPlaces(site, context);
    crossCheckNames(site, context);
    crossCheckTariff(site, context);
  });
}
