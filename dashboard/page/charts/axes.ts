/** What the charts' axes and tooltips have in common. */
import type { Theme } from "./theme";

export const axisText = (theme: Theme) => ({ color: theme.faint, fontFamily: theme.fontFamily, fontSize: 12 });

/** In the picture itself: a tooltip of HTML would need inline styles, which the page's policy forbids. */
export const tooltipOf = (theme: Theme, textOf: (row: number) => string) => ({
  trigger: "axis",
  renderMode: "richText",
  axisPointer: { type: "shadow", shadowStyle: { color: theme.line, opacity: 0.35 } },
  backgroundColor: theme.surface,
  borderColor: theme.line,
  textStyle: { color: theme.text, fontFamily: theme.fontFamily, fontSize: 13 },
  confine: true,
  formatter: (points: readonly { dataIndex: number }[]) => textOf(points[0]?.dataIndex ?? -1),
});
