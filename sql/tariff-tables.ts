/** The tables of what electricity costs: the sites' plans as they were compiled. Prices are net, in the plan's currency. */
import { referenceKeys } from "../functions/lake/keys";
import { column } from "./columns";
import type { ExternalTable } from "./tables";

const contract = [
  column("site", "STRING", "The site, an id of the stack configuration."),
  column("plan", "STRING", "The tariff plan, an id of tariffs/."),
];
const periodStart = column("period_start", "DATE", "First local day of the billing period.");
const componentNames = [
  column("component", "STRING", "The plan's component, its id."),
  column("component_name", "STRING", "Name of the component."),
];
const kind = column(
  "kind",
  "STRING",
  "energy, network, tax, levy, fixed, capacity, demand, credit or feed_in: what the component is for.",
);
const version = column("version", "DATE", "First local day on which this version of the component holds.");
const vat = column("vat", "FLOAT64", "Value added tax, a fraction of the net price.");
const isExample = column("is_example", "BOOL", "TRUE where no source gave the price.");

const billingPeriods: ExternalTable = {
  name: "billing_periods",
  description:
    "The billing periods of each site and plan: the site's own contracts, and the plans it is compared with.",
  uris: [referenceKeys.billingPeriods],
  columns: [
    ...contract,
    column("is_own", "BOOL", "TRUE for the site's contract, FALSE for a plan that it is compared with."),
    periodStart,
    column("period_end", "DATE", "First local day after the period."),
    column("days", "INT64", "Local days of the period."),
    column("currency", "STRING", "Currency of the plan, ISO 4217."),
    column("netting", "STRING", "hour where import is set off against export within the hour, otherwise none."),
    column("quantity_rounding", "STRING", "slot, band or line: which energies are rounded; NULL where none is."),
    column("quantity_step_kwh", "FLOAT64", "To a multiple of it, kWh."),
    column("quantity_mode", "STRING", "half_up or half_even."),
    column("amount_rounding", "STRING", "slot, band or line: which amounts are rounded; NULL where none is."),
    column("amount_step", "FLOAT64", "To a multiple of it, in the plan's currency."),
    column("amount_mode", "STRING", "half_up or half_even."),
    column("minimum_amount", "FLOAT64", "The least that the period's bill comes to, with VAT; NULL without a minimum."),
    isExample,
  ],
};

const tariffWindows: ExternalTable = {
  name: "tariff_windows",
  description: "The bands of each local day: what a kilowatt-hour costs from when to when, by component.",
  uris: [referenceKeys.tariffWindows],
  columns: [
    ...contract,
    ...componentNames,
    kind,
    column("direction", "STRING", "import or export: which energy is priced."),
    version,
    column("band", "STRING", "Name of the band."),
    column("date", "DATE", "Local day of the site."),
    column("window_start", "TIMESTAMP", "First instant of the window, UTC, on the 15-minute grid."),
    column("window_end", "TIMESTAMP", "First instant after it, UTC, on the grid and not beyond the local day."),
    column(
      "price",
      "FLOAT64",
      "Net price per kWh; NULL where it is not known yet, where blocks decide, and in the hours of a demand charge.",
    ),
    column("has_blocks", "BOOL", "TRUE where the use so far decides on the price: see tariff_blocks."),
    vat,
    isExample,
  ],
};

export const tariffBlocks: ExternalTable = {
  name: "tariff_blocks",
  description: "What a kilowatt-hour costs by how much was used before it: the blocks of a component, by their scope.",
  uris: [referenceKeys.tariffBlocks],
  columns: [
    ...contract,
    column("component", "STRING", "The plan's component, its id."),
    version,
    column("band", "STRING", "The band whose use counts; NULL where all bands count together."),
    column("scope_start", "DATE", "First local day of those whose use counts together."),
    column("scope_end", "DATE", "First local day after them."),
    column("from_kwh", "FLOAT64", "The block begins after this use, kWh; prorated already."),
    column("until_kwh", "FLOAT64", "The block ends with this use, kWh; NULL for the last block."),
    column("price", "FLOAT64", "Net price per kWh."),
  ],
};

const tariffCharges: ExternalTable = {
  name: "tariff_charges",
  description: "The fixed charges of each billing period.",
  uris: [referenceKeys.tariffCharges],
  columns: [
    ...contract,
    ...componentNames,
    kind,
    version,
    periodStart,
    column("quantity", "FLOAT64", "How many units are charged in the period."),
    column("unit", "STRING", "What is counted: day, month, bill, kW day and so on."),
    column("price", "FLOAT64", "Net price per unit."),
    vat,
    column("min_annual_kwh", "FLOAT64", "The charge holds above this use of a year, kWh; NULL where from none on."),
    column("max_annual_kwh", "FLOAT64", "And up to this one, itself included, kWh; NULL where there is no end."),
    isExample,
  ],
};

const tariffDemand: ExternalTable = {
  name: "tariff_demand",
  description: "How the demand charges of each billing period are found; their hours are windows of kind demand.",
  uris: [referenceKeys.tariffDemand],
  columns: [
    ...contract,
    ...componentNames,
    version,
    periodStart,
    column("interval_minutes", "INT64", "Power is the mean over an interval of this length: 15, 30 or 60 minutes."),
    column("highest", "INT64", "The mean of so many highest intervals of a billing period is its peak."),
    column("one_per_day", "BOOL", "TRUE where each local day gives its highest interval alone."),
    column("months", "INT64", "The mean of the peaks of so many months counts, this period's the last."),
    column("minimum_kw", "FLOAT64", "A peak counts as no less than this, kW; NULL without a minimum."),
    column("price", "FLOAT64", "Net price per kW for the period."),
    vat,
    isExample,
  ],
};

/** What the sites' electricity costs. */
export const tariffTables = [billingPeriods, tariffWindows, tariffBlocks, tariffCharges, tariffDemand] as const;
