/** What each line of the view `bill` says of its amount, in order; whoever reads lines names the columns before it. */
import { z } from "zod";

const number = z.number().nullable();
export const lineAmount = {
  version: z.string(),
  band: z.string().nullable(),
  block: number,
  quantity: number,
  unit: z.string(),
  price: number,
  net: number,
  vat_rate: z.number(),
  vat: number,
  gross: number,
  at_least: number,
  at_most: number,
  measured_share: number,
  filled_share: number,
  unknown_share: number,
  is_price_known: z.boolean(),
  is_example: z.boolean(),
};
