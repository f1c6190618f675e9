/** Money's units. */
import { z } from "zod";
import { must } from "./wording";

/** Whether it is an ISO 4217 code. */
export const isCurrency = (code: string): boolean => Intl.supportedValuesOf("currency").includes(code);

export function currency() {
  const allowed = must('an ISO 4217 currency, for example "EUR"');
  return z.string(allowed).refine(isCurrency, allowed);
}
