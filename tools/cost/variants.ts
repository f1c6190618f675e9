/** The stack's configuration with what `npm run cost` is asked to change; the program judges it as if it had been written so. */
import { z } from "zod";
import type { StackConfig } from "../../local/program/stack-config";
import { userError } from "../../local/session/options";

export interface Variant {
  readonly delivery: "buffered" | "direct";
  readonly live: boolean;
  readonly bridge: "mosquitto" | "joining";
}

const block = z.looseObject({}).default({});

export const withVariant = (stack: StackConfig, { delivery, live, bridge }: Variant): StackConfig => ({
  ...stack,
  values: {
    ...stack.values,
    "wattlake:ingest": { ...block.parse(stack.values["wattlake:ingest"]), delivery, live },
    "wattlake:gateway": { ...block.parse(stack.values["wattlake:gateway"]), bridge },
  },
});

const sites = z.array(z.looseObject({ meters: z.array(z.looseObject({ id: z.string() })) }));

/** @throws a `UserError` where the stack has no such meter. */
export function withOnly(stack: StackConfig, meter: string): StackConfig {
  const all = sites.parse(stack.values["wattlake:sites"]);
  const kept = all
    .map((site) => ({ ...site, meters: site.meters.filter(({ id }) => id === meter) }))
    .filter((site) => site.meters.length > 0);
  const known = all.flatMap((site) => site.meters.map(({ id }) => id)).join(", ");
  if (kept.length === 0) throw userError(`--only must be a meter of Pulumi.${stack.stack}.yaml: ${known}`);
  return { ...stack, values: { ...stack.values, "wattlake:sites": kept } };
}
