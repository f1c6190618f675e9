/** The meters that are to be heard from, and how long each may be silent: a part of `reference/watched.json`. */
import type { StackConfig } from "../../config";
import { toSeconds } from "../../configuration/quantities";
import { timeInPlace } from "../../configuration/time-in-place";
import type { Watched } from "../../functions/lake/watched";

/** In the order of the configuration. A meter whose days of coming and leaving are named is there for certain between them. */
export function watchedMeters({ sites }: Pick<StackConfig, "sites">): Watched["meters"] {
  return sites.flatMap(({ id: site, timezone, meters }) =>
    meters.map((meter) => {
      const { certain_from, certain_until } = timeInPlace(timezone, meter);
      return {
        site,
        device: meter.id,
        silence_s: toSeconds(meter.silence),
        ...(certain_from !== undefined && { from: certain_from }),
        ...(certain_until !== undefined && { until: certain_until }),
      };
    }),
  );
}
