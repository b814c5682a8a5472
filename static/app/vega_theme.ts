/** Vega-Lite's settings in the colours of the page; what a chart sets itself counts more. */
import type { ChartColours } from "./chart_colours.ts";
import type { Mapping } from "./vega_spec.ts";

export function vegaTheme(colours: ChartColours): Mapping {
  const words = { labelColor: colours.text2, labelFont: colours.font, labelFontSize: 12, titleColor: colours.text2, titleFont: colours.font, titleFontSize: 12, titleFontWeight: 500 };
  const [first = colours.accent, second = colours.accent] = colours.series;
  const ramp = [colours.wash, colours.accent];
  return {
    background: "transparent",
    font: colours.font,
    padding: 4,
    axis: { ...words, domainColor: colours.lineStrong, gridColor: colours.line, tickColor: colours.lineStrong, labelPadding: 6, titlePadding: 10 },
    header: words,
    legend: { ...words, symbolSize: 80 },
    title: { anchor: "start", color: colours.text, font: colours.font, fontSize: 15, fontWeight: 600, subtitleColor: colours.text2, subtitleFont: colours.font, subtitleFontSize: 12, offset: 12 },
    view: { stroke: null },
    range: { category: [...colours.series], ordinal: ramp, ramp, heatmap: ramp, diverging: [second, colours.surface, first] },
    mark: { color: first },
    line: { strokeWidth: 2 },
    point: { filled: true, size: 40 },
    rule: { color: colours.text2 },
    text: { color: colours.text, font: colours.font, fontSize: 12 },
    arc: { stroke: colours.surface },
  };
}
