/** `commit-run`: moves the checkpoint once everything before it is compiled, linked and archived. It never moves back. */
import { z } from "zod";
import { checkpointKey } from "./lake/keys";
import { checkpointSchema } from "./lake/manifest";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface CommittedRun {
  next: string;
}

export function makeCommitRun() {
  const lake = makeLakeStore();
  const checkpoint = checkpointSchema();
  const eventSchema = z.object({ next: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/) });

  return async function commitRun(event: unknown): Promise<CommittedRun> {
    const { next } = eventSchema.parse(event);
    const present = (await lake.getJson(checkpointKey, checkpoint))?.next;
    if (present !== undefined && present >= next) return { next: present };
    await lake.putText(checkpointKey, `${JSON.stringify({ next })}\n`, "application/json");
    logUnit("commit-run", { next });
    return { next };
  };
}
