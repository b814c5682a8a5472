/** A plotly figure. plotly.js comes from the app's own package, when the first graph is shown. */
import { ChartPlace, type OpenChart } from "../../app/chart.tsx";
import { child } from "../../app/changes.ts";
import type { Props } from "../../app/page.tsx";

const open: OpenChart = async (element, c) => (await import("../../app/plotly_chart.ts")).openPlotly(element, c);

export function render({ c }: Props) {
  const own = child(child(c.value("figure").value, "layout"), "height");
  const height = typeof own === "number" ? own : Math.max(80, c.number("height") ?? 420);
  return <ChartPlace c={c} field="figure" kind="a plotly figure" open={open} height={height} />;
}
