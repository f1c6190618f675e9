/**
 * What the pipeline's requests cost by the list prices of eu-central-1 (tools/cost/prices/), without any free tier. Only what the
 * bench counts: the way of a message to the lake, storage and the mirror come on top (docs/cost.md).
 */
import { type Item, readPrices } from "../tools/cost/prices";
import type { Used } from "./fleet-runs";

/** Of one whole processor. Here a function has one, in Lambda a share by its memory: the product stays the same. */
const processorGibibytes = 1769 / 1024;

const prices = readPrices("eu-central-1");
const dollars = (item: Item, units: number) => (units / prices.of(item).per) * prices.of(item).usd;

export const dollarsOf = ({
  puts,
  gets,
  invocations,
  processorSeconds,
  transitions,
}: Pick<Used, "puts" | "gets" | "invocations" | "processorSeconds" | "transitions">): number =>
  dollars("s3_write", puts) +
  dollars("s3_read", gets) +
  dollars("lambda_request", invocations) +
  dollars("lambda_gib_second", processorSeconds * processorGibibytes) +
  dollars("states_transition", transitions);
