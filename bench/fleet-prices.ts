/**
 * What the pipeline's requests cost: list prices of eu-central-1 as remembered in November 2026, without any free tier.
 * Only what the bench counts: the way of a message to the lake, storage and the mirror come on top (docs/cost.md).
 */
import type { Used } from "./fleet-runs";

const dollars = {
  /** PUT, LIST; GET. */
  put: 5.4e-6,
  get: 4.3e-7,
  invocation: 2e-7,
  /** Of a function on arm64. */
  gibibyteSecond: 1.33334e-5,
  transition: 2.5e-5,
};
/** Of one whole processor. Here a function has one, in Lambda a share by its memory: the product stays the same. */
const processorGibibytes = 1769 / 1024;

export const dollarsOf = ({ puts, gets, invocations, processorSeconds, transitions }: Used): number =>
  puts * dollars.put +
  gets * dollars.get +
  invocations * dollars.invocation +
  processorSeconds * processorGibibytes * dollars.gibibyteSecond +
  transitions * dollars.transition;
