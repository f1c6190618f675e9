/** A printed bill, as its reader types it in. */
import { z } from "zod";
import { block, calendarDay, listOf, name } from "../../configuration/kinds";
import { word } from "../../configuration/tariffs/band-schema";
import { fault, parsedOf, refusal } from "../../configuration/tariffs/fault";
import { must } from "../../configuration/wording";
import { readYaml } from "../../configuration/yaml-file";

const number = (what: string) => z.number(must(what));

const line = () =>
  block({
    /** What is printed there, for the report. */
    text: z.string(must("a text")),
    /** Of the site's plan. */
    component: word().optional(),
    band: z.string(must("a band's name")).optional(),
    quantity_kwh: number("a number of kWh").optional(),
    /** Per kWh, or per unit of a charge, without VAT. */
    price: number("a price without VAT").optional(),
    net: number("an amount without VAT").optional(),
    gross: number("an amount with VAT").optional(),
    /** Readings of the register, kWh. */
    register: block({ from: number("a reading in kWh"), to: number("a reading in kWh") }).optional(),
  });

const bill = () =>
  block({
    site: name(/^[a-z0-9][a-z0-9_-]*$/, 63, "the id of a site"),
    /** The first and the last local day. */
    from: calendarDay(),
    to: calendarDay(),
    lines: listOf(line(), "line"),
  });

export type PrintedLine = z.output<ReturnType<typeof line>>;
export type PrintedBill = z.output<ReturnType<typeof bill>>;

/** @throws an error of one sentence that names the file. */
export function readBill(path: string): PrintedBill {
  const read = parsedOf(path, bill(), readYaml(path));
  if (read.to < read.from) throw refusal(path, [fault(["to"], `is ${read.to}, but must not be before ${read.from}`)]);
  return read;
}

/** What half of the last printed digit is: so much rounding may hide. A number ends with its last digit that is not 0. */
export function halfDigit(printed: number): number {
  const [, decimals = ""] = String(printed).split(".");
  return 0.5 * 10 ** -decimals.length;
}
