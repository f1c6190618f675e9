/** The sites there are. */
import { z } from "zod";

export const sitesQuestion = {
  sql: `
    WITH plans AS (
      SELECT DISTINCT site FROM billing_periods WHERE is_own
    )
    SELECT
      m.site AS id, MIN(m.timezone) AS zone, MIN(m.currency) AS currency, LOGICAL_OR(p.site IS NOT NULL) AS has_plan
    FROM meters AS m
    LEFT JOIN plans AS p ON p.site = m.site
    GROUP BY m.site
    ORDER BY m.site`,
  rows: z.array(z.object({ id: z.string(), zone: z.string(), currency: z.string(), has_plan: z.boolean() })),
};
