/**
 * The link that opens an empty report of Looker Studio (Data Studio) with our views as its data sources. Whoever follows it
 * reads them with their own rights; nothing is created before they save the report. What charts to make of it says docs/analysis.md.
 */
import type { View } from "../../sql/catalog";

/** By the screen that they are for; a report may have more sources than these, each takes a part of a link's length. */
export const reportViews = [
  "live_power",
  ...["site_hourly", "site_daily", "site_monthly", "cost_daily", "bill_estimate", "period_comparison"],
  ...["energy_slots", "energy_hourly", "energy_daily", "energy_monthly", "base_load_daily"],
  ...["load_profile", "peak_demand"],
  ...["bill", "tariff_comparison", "shift_savings"],
  ...["data_quality_daily", "message_outcomes_hourly", "message_account_daily"],
];

export interface ReportArgs {
  readonly project: string;
  readonly dataset: string;
  readonly reportName: string;
  /** Of the warehouse: what it does not have is left out. */
  readonly views: readonly Pick<View, "name">[];
}

const address = "https://lookerstudio.google.com/reporting/create";

/** @example `https://lookerstudio.google.com/reporting/create?c.mode=edit&r.reportName=...&ds.ds0.connector=bigQuery&...` */
export function lookerStudioLink({ project, dataset, reportName, views }: ReportArgs): string {
  const parameters = new URLSearchParams({ "c.mode": "edit", "r.reportName": reportName });
  const there = reportViews.filter((name) => views.some((view) => view.name === name));
  for (const [number, tableId] of there.entries()) {
    const source = {
      ...{ connector: "bigQuery", datasourceName: tableId, type: "TABLE" },
      ...{ projectId: project, datasetId: dataset, tableId },
    };
    for (const [key, value] of Object.entries(source)) parameters.append(`ds.ds${number}.${key}`, value);
  }
  return `${address}?${parameters}`;
}
