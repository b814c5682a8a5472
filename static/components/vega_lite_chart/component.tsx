/** A chart of Altair or Vega-Lite; both are loaded with the first one. */
import { ChartPlace, type OpenChart } from "../../app/chart.tsx";
import { child } from "../../app/changes.ts";
import type { Props } from "../../app/page.tsx";

const open: OpenChart = async (element, c) => (await import("../../app/vega_chart.ts")).openVega(element, c);
/** With one of these a chart has a size of its own. */
const SIZED = ["height", "hconcat", "vconcat", "concat", "facet", "repeat"];

export function render({ c }: Props) {
  const spec = c.value("spec").value;
  const encoding = child(spec, "encoding");
  const isSized = SIZED.some((name) => child(spec, name) !== undefined) || ["row", "column", "facet"].some((name) => child(encoding, name) !== undefined);
  const height = isSized ? null : Math.max(80, c.number("height") ?? 320);
  return <ChartPlace c={c} field="spec" kind="an Altair chart" open={open} height={height} />;
}
