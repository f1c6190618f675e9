/** How far a figure is known, of times that no view has a row of; the rule of sql/functions/quality.sql. */
import { z } from "zod";

export const quality = z.enum(["measured", "filled", "disputed", "partial", "missing"]);
export type Quality = z.infer<typeof quality>;

export interface Known {
  readonly covered_s: number | null;
  readonly filled_s: number | null;
  readonly disputed_s: number | null;
}

/** Undefined of a time that has not come. A second is the edge of a reading. */
export function qualityOf(length_s: number, { covered_s, filled_s, disputed_s }: Known): Quality | undefined {
  if (length_s === 0) return undefined;
  const known_s = (covered_s ?? 0) + (filled_s ?? 0);
  if (known_s === 0) return "missing";
  if (known_s < length_s - 1) return "partial";
  if ((disputed_s ?? 0) > 0) return "disputed";
  return (filled_s ?? 0) > 0 ? "filled" : "measured";
}
