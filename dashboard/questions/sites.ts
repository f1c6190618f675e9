/** The sites there are. */
import { z } from "zod";

export const sitesQuestion = {
  sql: `SELECT site AS id, MIN(timezone) AS zone, MIN(currency) AS currency FROM meters GROUP BY site ORDER BY site`,
  rows: z.array(z.object({ id: z.string(), zone: z.string(), currency: z.string() })),
};
