/** Charts by plotly.js, which comes from the app's own plotly package. */
import { type Chart, emitPoints, ownCopy } from "./chart.tsx";
import type { ChartColours } from "./chart_colours.ts";
import type { Instance } from "./instance.ts";
import { type Figure, type PlotlyPoint, points } from "./plotly_figure.ts";
import { themed } from "./plotly_theme.ts";
import type { Json } from "./protocol.ts";

/** What we use of plotly.js. */
interface Plotly {
  react(element: HTMLElement, data: Json[], layout: Json, config: Json): Promise<Graph>;
  purge(element: HTMLElement): void;
  Plots: { resize(element: HTMLElement): Promise<void> };
}

interface Graph extends HTMLElement {
  on(event: string, listener: (event: { points?: PlotlyPoint[] } | undefined) => void): void;
}

/** In the place of coast lines and borders, which plotly.js would fetch from a server of its makers. */
const NO_OUTLINES = {
  type: "Topology",
  arcs: [],
  objects: Object.fromEntries(["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"].map((name) => [name, { type: "GeometryCollection", geometries: [] }])),
};

let loading: Promise<Plotly> | undefined;

/** Loads the script once; after a failure it is tried again. */
function load(base: string): Promise<Plotly> {
  loading ??= new Promise<Plotly>((done, fail) => {
    (window as { PlotlyGeoAssets?: object }).PlotlyGeoAssets ??= { topojson: new Proxy({}, { get: () => NO_OUTLINES }) };
    const script = document.createElement("script");
    script.src = `${base}packages/plotly.js`;
    script.onload = () => {
      const found = (window as { Plotly?: Plotly }).Plotly;
      if (found) done(found);
      else fail(new Error("The installed plotly package is of a kind that this page can't use; plotly 6 or later is wanted."));
    };
    script.onerror = () => fail(new Error("This chart needs the package plotly, and it isn't installed where the app runs: pip install plotly"));
    document.head.append(script);
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

export async function openPlotly(element: HTMLElement, c: Instance): Promise<Chart> {
  return new PlotlyChart(await load(c.session.bootstrap.base), element, c);
}

class PlotlyChart implements Chart {
  private listening = false;
  // What plotly reports while it draws was not done by a person.
  private drawing = false;
  private closed = false;

  constructor(
    private readonly plotly: Plotly,
    private readonly element: HTMLElement,
    private readonly c: Instance,
  ) {}

  async show(spec: Json, colours: ChartColours): Promise<void> {
    const toolbar = this.c.text("toolbar").peek();
    const config = {
      displaylogo: false,
      displayModeBar: toolbar === "always" ? true : toolbar === "never" ? false : "hover",
      scrollZoom: this.c.flag("scroll_zoom"),
    };
    this.drawing = true;
    try {
      const figure = themed(ownCopy(spec) as unknown as Figure, colours, this.element.clientWidth, this.c.listens("plotly-selected"));
      const graph = await this.plotly.react(this.element, figure.data, figure.layout as Json, config as Json);
      if (!this.listening && !this.closed) this.listen(graph);
    } catch (error) {
      throw new Error(`This figure can't be drawn: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.drawing = false;
    }
  }

  resize(): void {
    // One that isn't displayed just now can't be fitted; it is when it comes back.
    if (this.listening) this.plotly.Plots.resize(this.element).catch(() => undefined);
  }

  close(): void {
    this.closed = true;
    this.plotly.purge(this.element);
  }

  private listen(graph: Graph): void {
    this.listening = true;
    graph.on("plotly_click", (event) => this.emit("plotly-click", points(event?.points ?? [])));
    graph.on("plotly_selected", (event) => event?.points && this.emit("plotly-selected", points(event.points)));
    graph.on("plotly_deselect", () => this.emit("plotly-deselect", []));
  }

  private emit(event: string, payload: Json): void {
    if (!this.drawing) emitPoints(this.c, event, payload);
  }
}
