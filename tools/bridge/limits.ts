/** What a bridge joins unless it is told otherwise: a Gen1 meter says all of a report within some hundred ms. */
import { payloadBytes } from "../../local/aws/iot/limits";
import type { Limits } from "./joiner";

/** What IoT Core takes, less some room. */
export const mostBytes = payloadBytes - 1024;

export const usualLimits: Limits = { quietMs: 200, longestMs: 1000, maxBytes: mostBytes };
