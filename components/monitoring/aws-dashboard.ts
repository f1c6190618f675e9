/** The dashboard of a stack in CloudWatch: the state of its alarms, a graph of what each alarm reads with its threshold, and what flows. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A metric over time. */
export interface Graphed {
  readonly title: string;
  readonly metric: {
    readonly namespace: string;
    readonly metricName: string;
    readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
  };
  readonly statistic: string;
  /** s */
  readonly period: number;
  /** Where its alarm is raised. @default it has none */
  readonly threshold?: number;
}

export interface AlarmDashboardArgs {
  readonly region: string;
  readonly alarmArns: readonly pulumi.Input<string>[];
  readonly graphs: readonly Graphed[];
}

/** Without charge are three dashboards an account, with so many metrics each (CloudWatch's price list, 2026). */
export const freeMetrics = 50;

/** In the units of CloudWatch's grid, 24 wide. */
const size = { width: 8, height: 6 };
const perRow = 24 / size.width;
const statusHeight = 3;

/** Creates `<name>-dashboard`. */
export function createAlarmDashboard(name: string, args: AlarmDashboardArgs, parent: pulumi.Resource) {
  const { region, alarmArns, graphs } = args;
  const status = {
    ...{ type: "alarm", x: 0, y: 0, width: 24, height: statusHeight },
    properties: { title: "Alarms", alarms: alarmArns },
  };
  const widgets = graphs.map((graph, index) => ({
    type: "metric",
    x: (index % perRow) * size.width,
    y: statusHeight + Math.floor(index / perRow) * size.height,
    ...size,
    properties: propertiesOf(graph, region),
  }));
  const dashboardBody = pulumi.jsonStringify({ widgets: [status, ...widgets] });
  const dashboardName = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
  return new aws.cloudwatch.Dashboard(`${name}-dashboard`, { dashboardName, dashboardBody }, { parent });
}

function propertiesOf({ title, metric, statistic, period, threshold }: Graphed, region: string) {
  const { namespace, metricName, dimensions = {} } = metric;
  return {
    ...{ title, region, period, view: "timeSeries", stat: statistic },
    metrics: [[namespace, metricName, ...Object.entries(dimensions).flat()]],
    ...(threshold !== undefined && { annotations: { horizontal: [{ label: "alarm", value: threshold }] } }),
    yAxis: { left: { min: 0 } },
  };
}
