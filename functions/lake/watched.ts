/**
 * `reference/watched.json`: what the program knows of what is to be heard from, and until when. The program writes it, and
 * `commit-run` compares the record with it.
 */
import { z } from "zod";

export function watchedSchema() {
  return z.object({
    meters: z.array(
      z.object({
        site: z.string(),
        device: z.string(),
        /** A meter that tells nothing for longer is silent. */
        silence_s: z.number().positive(),
        /** When it was in place; absent where the configuration does not say. */
        from: z.iso.datetime().optional(),
        until: z.iso.datetime().optional(),
      }),
    ),
    /** Of the clients that may connect. */
    certificates: z.array(z.object({ thing: z.string(), ends: z.iso.datetime() })),
  });
}

export type Watched = z.infer<ReturnType<typeof watchedSchema>>;
