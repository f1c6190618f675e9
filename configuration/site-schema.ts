/** `wattlake:sites`: where the meters are, and what money and time are there. */
import { crossCheckContracts } from "./contract-checks";
import { contractSchemas } from "./contracts";
import { crossCheckNames, crossCheckPlaces } from "./cross-checks";
import { about, block, degrees, listOf, name, oneOf } from "./kinds";
import { meterSchema } from "./meter-schema";
import { currency } from "./tariffs";
import { timeZone } from "./time-zones";

export function siteSchema() {
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
    tariff: contractSchemas()
      .meta(
        about(
          "The plan that the site pays by: the name of a file of `tariffs/` without `.yaml`; or a list, of plans one after another, or where a plan asks for more. On days without a plan nothing is known of cost.",
          undefined,
          "none",
        ),
      )
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
    crossCheckContracts(site, context);
  });
}
