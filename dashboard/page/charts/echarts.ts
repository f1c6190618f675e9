/**
 * ECharts with the parts that the charts use. On a canvas: a year of bars is one element and not thousands, and nothing of it
 * needs an inline style, which the page's policy forbids; what a canvas cannot say, the table and the sentence beside it say.
 */
import { BarChart, CustomChart, HeatmapChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart,
  LineChart,
  HeatmapChart,
  CustomChart,
  GridComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export type { ECharts as Chart, EChartsCoreOption as ChartOption } from "echarts/core";
export { init };
