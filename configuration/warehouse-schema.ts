/** `wattlake:warehouse`: the dataset in BigQuery and how it comes to its files. */
import { about, block, calendarDay, name, oneOf, trueOrFalse } from "./kinds";

/** From so many meters on, five a site, BigQuery would list hundreds of files a day: the readings become a table. */
const nativeFromMeters = 500;

/** How the readings are stored where the configuration does not say. */
export const storageFor = (meters: number): "external" | "native" =>
  meters >= nativeFromMeters ? "native" : "external";

export function warehouseSchema() {
  return block({
    dataset: name(/^[A-Za-z_][A-Za-z0-9_]*$/, 64, 'a BigQuery dataset name: letters, digits and "_"')
      .meta(about("Where the views are.", "wattlake"))
      .default("wattlake"),
    location: name(/^[A-Za-z][A-Za-z0-9-]*$/, 64, 'a BigQuery location, for example "EU"')
      .meta(about("Where the dataset and the mirror bucket are.", "EU", "`gcp:region`"))
      .optional(),
    mirror: oneOf(["event", "hourly"])
      .meta(
        about(
          "`event`: an object is copied when it is written, and once a day what no event told of; `hourly`: by a comparison.",
          "event",
        ),
      )
      .default("event"),
    materialize: trueOrFalse()
      .meta(
        about(
          "Whether the quarter hours are kept in a table, refreshed every night, so that dashboards over months need not read every reading.",
          true,
        ),
      )
      .default(false),
    storage: oneOf(["external", "native"])
      .meta(
        about(
          "Where the readings lie that questions read. `external`: the daily files alone, nothing is there twice; `native`: a table that the nightly query fills from them, so that a question lists and opens the files of the last week and not of all years.",
          "external",
          `\`native\` from ${nativeFromMeters} meters on (a year of them is 70,000 files), otherwise \`external\``,
        ),
      )
      .optional(),
    calendar: block({
      from: calendarDay().meta(about("The first day.", "2024-01-01")).default("2024-01-01"),
      to: calendarDay().meta(about("The last day.", "2035-12-31")).default("2035-12-31"),
    })
      .refine(({ from, to }) => from <= to, { error: () => "ends before it begins: from must not be after to" })
      .meta(about("The local days that the lake and the warehouse know, both included."))
      .prefault({}),
  });
}
