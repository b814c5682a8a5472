/** A figure in the colours of the page, as far as it says nothing else. */
import type { ChartColours } from "./chart_colours.ts";
import type { Figure, Layout, Trace } from "./plotly_figure.ts";
import type { Json } from "./protocol.ts";

/** What plotly express writes into each trace although nobody has chosen it. */
const PLOTLYS_OWN = ["#636efa", "#ef553b", "#00cc96", "#ab63fa", "#ffa15a", "#19d3f3", "#ff6692", "#b6e880", "#ff97ff", "#fecb52"];
/** Kinds of trace that compile code while they draw, which the page's security policy forbids, and those that draw the same without. */
const WITHOUT_CODE: ReadonlyMap<Json | undefined, string> = new Map([["scattergl", "scatter"], ["scatterpolargl", "scatterpolar"]]);
const FORBIDDEN: ReadonlySet<Json | undefined> = new Set(["parcoords", "splom"]);

/** Kinds of trace that show numbers as colours. */
const SCALED = ["choropleth", "contour", "heatmap", "histogram2d", "histogram2dcontour", "mesh3d", "surface"];
/** Beside a legend, less than this leaves the graph no room. */
const NARROW_PX = 480;

const isMapping = (value: Json | undefined): value is { [key: string]: Json } => value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * `figure` with our template under it, in a place of `width` pixels; `selects`: a drag is to select points unless the figure says what it does.
 * Throws an `Error` for what can't be drawn here.
 */
export function themed(figure: Figure, colours: ChartColours, width: number, selects: boolean): Figure {
  const layout: Layout = isMapping(figure.layout) ? figure.layout : {};
  let data = Array.isArray(figure.data) ? figure.data : [];
  if (!layout["template"]) {
    data = data.map((trace) => recoloured(trace, colours.series));
    layout["template"] = template(colours, width < NARROW_PX, Boolean(layout["title"]));
    // Plotly express leaves room for a title also where there is none.
    const { margin } = layout;
    if (!layout["title"] && isMapping(margin) && Object.keys(margin).length === 1 && margin["t"] === 60) delete layout["margin"];
  }
  data = data.map((trace) => (WITHOUT_CODE.has(trace["type"]) ? { ...trace, type: WITHOUT_CODE.get(trace["type"]) ?? null } : trace));
  const forbidden = data.find((trace) => FORBIDDEN.has(trace["type"]));
  if (forbidden) throw new Error(`traces of type “${String(forbidden["type"])}” compile code in the browser, and this page allows none. Other types do not.`);
  if (selects) layout["dragmode"] ??= "select";
  // Outlines by name would come from plotly's servers, and a page fetches nothing outside of its origin.
  if (data.some((trace) => trace["type"] === "choropleth" && !trace["geojson"])) throw new Error("a choropleth needs its outlines with it: give it geojson.");
  // What a person has zoomed and hidden stays when the figure comes anew.
  layout["uirevision"] ??= "kept";
  layout["autosize"] ??= true;
  return { data, layout };
}

function recoloured(trace: Trace, series: readonly string[]): Trace {
  const ours = (colour: Json | undefined): Json | undefined => {
    const place = typeof colour === "string" ? PLOTLYS_OWN.indexOf(colour.toLowerCase()) : -1;
    return place < 0 ? colour : series[place % series.length];
  };
  const result = { ...trace };
  for (const part of ["marker", "line"]) {
    const had = result[part];
    if (isMapping(had) && had["color"] !== undefined) result[part] = { ...had, color: ours(had["color"]) ?? null };
  }
  if (result["fillcolor"] !== undefined) result["fillcolor"] = ours(result["fillcolor"]) ?? null;
  return result;
}

function template(colours: ChartColours, narrow: boolean, titled: boolean): Json {
  const axis = {
    automargin: true,
    gridcolor: colours.line,
    linecolor: colours.lineStrong,
    tickcolor: colours.lineStrong,
    zerolinecolor: colours.lineStrong,
    zerolinewidth: 1,
    title: { standoff: 12, font: { size: 13, color: colours.text2 } },
  };
  const transparent = "rgba(0,0,0,0)";
  const colorbar = { outlinewidth: 0, thickness: 12, ticks: "" };
  const scale = [[0, colours.wash], [1, colours.accent]];
  const diverging = [[0, colours.series[1] ?? ""], [0.5, colours.surface], [1, colours.accent]];
  return {
    layout: {
      font: { family: colours.font, size: 12, color: colours.text2 },
      title: { x: 0, xref: "container", xanchor: "left", font: { size: 15, weight: 600, color: colours.text } },
      paper_bgcolor: transparent,
      plot_bgcolor: transparent,
      colorway: [...colours.series],
      colorscale: { sequential: scale, sequentialminus: [[0, colours.accent], [1, colours.wash]], diverging },
      margin: { l: 48, r: 16, t: titled ? 36 : 12, b: 32 },
      xaxis: axis,
      yaxis: axis,
      polar: { bgcolor: transparent, angularaxis: axis, radialaxis: axis },
      ternary: { bgcolor: transparent, aaxis: axis, baxis: axis, caxis: axis },
      scene: { xaxis: { ...axis, backgroundcolor: transparent }, yaxis: { ...axis, backgroundcolor: transparent }, zaxis: { ...axis, backgroundcolor: transparent } },
      geo: { bgcolor: transparent, lakecolor: colours.surface, landcolor: colours.line, subunitcolor: colours.lineStrong },
      hovermode: "closest",
      hoverlabel: { align: "left", bgcolor: colours.float, bordercolor: colours.lineStrong, font: { family: colours.font, size: 12, color: colours.text } },
      coloraxis: { colorbar },
      legend: { title: { font: { size: 12 } }, ...(narrow ? { orientation: "h", x: 0, yref: "container", y: 0, yanchor: "bottom" } : {}) },
      modebar: { bgcolor: transparent, color: colours.text3, activecolor: colours.accent },
      newselection: { line: { color: colours.accent } },
    },
    data: {
      ...Object.fromEntries(SCALED.map((type) => [type, [{ colorscale: scale, colorbar }]])),
      bar: [{ marker: { line: { width: 0 } } }],
      pie: [{ marker: { line: { color: colours.surface, width: 1 } } }],
      table: [{ header: { fill: { color: colours.line } }, cells: { fill: { color: colours.surface } } }],
    },
  } as unknown as Json;
}
