/** The page of Cloud Monitoring that shows what the policies watch: what is wrong now, and each metric over time. */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { metricFilter } from "./google";
import { type Chart, chartsOf, type GoogleMetric, type GoogleWatched, googleMetrics } from "./google-policies";

export interface GoogleDashboardArgs {
  readonly watched: GoogleWatched;
  /** `projects/<project>/alertPolicies/<id>` of the policies whose incidents are listed. */
  readonly policyNames: readonly pulumi.Input<string>[];
}

const columns = 12;
const tile = { width: columns / 2, height: 4 };
/** What was counted in an hour: what it watches runs once an hour or a day. */
const alignmentPeriod = "3600s";

/** A list of open incidents, and below it a chart a row of the table, two beside each other. */
export class GoogleDashboard extends pulumi.ComponentResource {
  constructor(name: string, args: GoogleDashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:Dashboard", name, {}, opts);
    const displayName = `${pulumi.getProject()} ${pulumi.getStack()}`;
    const incidents = {
      ...{ xPos: 0, yPos: 0, width: columns, height: 3 },
      widget: { title: "Incidents", incidentList: { policyNames: [...args.policyNames] } },
    };
    const charts = chartsOf(args.watched).map((chart, place) => ({
      ...{ xPos: (place % 2) * tile.width, yPos: incidents.height + Math.floor(place / 2) * tile.height },
      ...tile,
      widget: { title: chart.title, xyChart: chartText(chart) },
    }));
    const mosaicLayout = { columns, tiles: [incidents, ...charts] };
    new gcp.monitoring.Dashboard(
      `${name}-page`,
      { dashboardJson: pulumi.jsonStringify({ displayName, mosaicLayout }) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function chartText({ metric, of }: Chart) {
  const measured: GoogleMetric = googleMetrics[metric];
  const aggregation = {
    ...{ alignmentPeriod, perSeriesAligner: "ALIGN_SUM", crossSeriesReducer: "REDUCE_SUM" },
    ...(measured.by !== undefined && { groupByFields: [`metric.label."${measured.by}"`] }),
  };
  const timeSeriesFilter = { filter: metricFilter(measured, of), aggregation };
  return { dataSets: [{ plotType: "STACKED_BAR", targetAxis: "Y1", timeSeriesQuery: { timeSeriesFilter } }] };
}
