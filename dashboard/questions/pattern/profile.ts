/** The mean day of weekdays and weekends, by season. */
import { z } from "zod";
import type { Asked, Table } from "../question";

const power = z.number().nullable();
const profileRow = z.object({
  season: z.enum(["DJF", "MAM", "JJA", "SON"]),
  day_type: z.enum(["weekday", "weekend"]),
  quarter: z.number(),
  consumption_w: power,
  import_w: power,
  export_w: power,
  slots: z.number(),
});

const mean = (name: string, days: string) => `SUM(${name} * ${days}) / NULLIF(SUM(${days}), 0) AS ${name}`;

const readProfile = async ({ ask }: Asked): Promise<z.infer<typeof profileRow>[]> =>
  z.array(profileRow).parse(
    await ask(`SELECT
        CASE
          WHEN EXTRACT(MONTH FROM month) IN (12, 1, 2) THEN 'DJF'
          WHEN EXTRACT(MONTH FROM month) IN (3, 4, 5) THEN 'MAM'
          WHEN EXTRACT(MONTH FROM month) IN (6, 7, 8) THEN 'JJA'
          ELSE 'SON'
        END AS season,
        IF(weekday <= 5, 'weekday', 'weekend') AS day_type,
        quarter,
        ${mean("consumption_w", "consumption_days")},
        ${mean("import_w", "import_days")}, ${mean("export_w", "import_days")},
        SUM(import_days) AS slots
      FROM load_profile
      WHERE site = @site AND month BETWEEN DATE_TRUNC(@from_date, MONTH) AND @to_date
      GROUP BY season, day_type, quarter
      ORDER BY season, day_type, quarter`),
  );

export const profile: Table = {
  name: "profile",
  view: () => "load_profile",
  own: {
    season: "The three months by their initials: December to February (DJF) and so on.",
    day_type: "weekday (Monday to Friday) or weekend.",
    slots:
      "Quarter hours of which import and export are known: the means are of no others. Those of all months that the range touches.",
  },
  row: profileRow,
  rows: readProfile,
};
