/** What a drill's execution came to, in sentences. */
import { z } from "zod";

const drilled = z.object({ request: z.object({ siteDay: z.string().nullable() }) });

/** Of the execution's output, which it has only where the drill passed. */
export function passedText(output: unknown, seconds: number): string {
  const { siteDay } = drilled.parse(output).request;
  if (siteDay === null) return "No day is archived yet: a day is archived three hours after its end, UTC.";
  return `${siteDay} is made again from its archive, byte for byte as it is in the record, in ${seconds.toFixed(1)} s.`;
}
