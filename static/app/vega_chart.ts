/** Charts by Vega-Lite. Loaded with the first one; expressions are interpreted, never compiled, as the page's policy wants it. */
import { changeset, Error as ERRORS_ONLY, type Item, loader, parse, read, type Scene, truthy, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { type Chart, emitPoints, ownCopy } from "./chart.tsx";
import type { ChartColours } from "./chart_colours.ts";
import type { Instance } from "./instance.ts";
import type { Json } from "./protocol.ts";
import { type Drawn, point, points, type Selected } from "./vega_points.ts";
import { type Apart, isComposed, isMapping, type Mapping, takeApart } from "./vega_spec.ts";
import { vegaTheme } from "./vega_theme.ts";
import { Tooltip } from "./vega_tooltip.ts";

/** Its types know one parser of times only; it takes that of UTC as well. */
const readRows = read as unknown as (rows: object[], format: Json, time: unknown, utc: unknown) => object[];

// A brush tells of every step of the pointer; a handler is told when it rests.
const REST_MS = 150;

export async function openVega(element: HTMLElement, c: Instance): Promise<Chart> {
  return new VegaChart(element, c);
}

class VegaChart implements Chart {
  private view: View | null = null;
  private stage: HTMLElement | null = null;
  private apart: Apart | null = null;
  /** What the view was made of, without rows. */
  private drawn = "";
  /** How the rows of each dataset are read: texts that are dates, for one. */
  private formats = new Map<string, Json>();
  private resting: ReturnType<typeof setTimeout> | undefined;
  private readonly tooltip = new Tooltip();

  constructor(
    private readonly element: HTMLElement,
    private readonly c: Instance,
  ) {}

  async show(value: Json, colours: ChartColours): Promise<void> {
    try {
      const apart = takeApart(ownCopy(value) as Mapping);
      const drawn = JSON.stringify([apart.spec, colours]);
      if (this.view && drawn === this.drawn) await this.renew(this.view, apart);
      else await this.build(apart, colours);
      this.apart = apart;
      this.drawn = drawn;
    } catch (error) {
      throw new Error(`This chart can't be drawn: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  resize(): void {
    const { view, element } = this;
    if (!view || !this.apart || isComposed(this.apart.spec)) return;
    if (this.apart.spec["width"] === undefined) view.signal("width", element.clientWidth);
    if (this.apart.spec["height"] === undefined) view.signal("height", element.clientHeight);
    view.runAsync().catch(console.error);
  }

  close(): void {
    clearTimeout(this.resting);
    this.tooltip.hide();
    this.view?.finalize();
    this.stage?.remove();
    this.view = null;
  }

  /** Other rows in the same view. */
  private async renew(view: View, { datasets }: Apart): Promise<void> {
    for (const [name, rows] of Object.entries(datasets)) {
      const format = this.formats.get(name);
      const locale = view.locale();
      const parsed = format ? readRows(rows, format, locale.timeParse, locale.utcParse) : rows;
      view.change(name, changeset().remove(truthy).insert(parsed));
    }
    await view.runAsync();
  }

  /** The new view takes the old one's place when it is drawn, so that nothing flickers. */
  private async build(apart: Apart, colours: ChartColours): Promise<void> {
    const spec = { ...apart.spec, datasets: apart.datasets } as unknown as Mapping;
    if (!isComposed(spec)) {
      spec["width"] ??= "container";
      spec["height"] ??= "container";
      spec["autosize"] ??= { type: "fit", contains: "padding" };
    }
    const compiled = compile(spec as unknown as TopLevelSpec, { config: vegaTheme(colours) as object, logger: SILENT }).spec;
    this.formats = new Map((compiled.data ?? []).flatMap((data) => ("format" in data && data.format ? [[data.name, data.format as unknown as Json]] : [])));
    hideBrushes((compiled.marks ?? []) as unknown as Json);
    const stage = document.createElement("div");
    stage.className = "vega-stage coming";
    this.element.append(stage);
    const view = new View(parse(compiled, undefined, { ast: true }), {
      container: stage,
      expr: expressionInterpreter,
      hover: true,
      loader: loader({ baseURL: new URL(this.c.session.bootstrap.base, location.origin).href }),
      logLevel: ERRORS_ONLY,
      renderer: "svg",
      tooltip: this.tooltip.call,
    });
    try {
      await view.runAsync();
    } catch (error) {
      view.finalize();
      stage.remove();
      throw error;
    }
    this.view?.finalize();
    this.stage?.remove();
    stage.classList.remove("coming");
    this.view = view;
    this.stage = stage;
    this.listen(view, apart.selections);
  }

  private listen(view: View, selections: readonly string[]): void {
    if (!this.c.listens("vega-select")) return;
    for (const name of selections) {
      view.addSignalListener(name, () => {
        clearTimeout(this.resting);
        this.resting = setTimeout(() => this.tell(view, `${name}_store`), REST_MS);
      });
    }
    if (selections.length > 0) return;
    view.addEventListener("click", (_, item) => {
      const { apart } = this;
      const drawn = this.items(view);
      const pressed = item && drawn.find(({ datum }) => datum === item.datum);
      if (apart && pressed) emitPoints(this.c, "vega-select", [point(pressed, drawn, apart.spec, apart.datasets)]);
    });
  }

  private tell(view: View, store: string): void {
    if (view !== this.view || !this.apart) return;
    const selected = view.data(store) as Selected[];
    emitPoints(this.c, "vega-select", points(this.items(view), selected, this.apart.spec, this.apart.datasets));
  }

  /** All marks with a datum of their own; layers are counted by the names of their marks. */
  private items(view: View): Drawn[] {
    const found: Drawn[] = [];
    const layers: string[] = [];
    const visit = (scene: Scene | Item) => {
      const mark = scene as { role?: string; marktype?: string; name?: string; items?: (Scene | Item)[]; datum?: unknown };
      // A brush is made of marks too.
      const isMark = mark.role === "mark" && mark.marktype !== "group" && /(^|_)marks$/.test(mark.name ?? "");
      if (isMark && !layers.includes(mark.name ?? "")) layers.push(mark.name ?? "");
      for (const each of mark.items ?? []) {
        if (!isMark) visit(each);
        else if (isMapping((each as Item).datum as Json)) found.push({ layer: layers.indexOf(mark.name ?? ""), datum: (each as Item).datum as Drawn["datum"] });
      }
    };
    visit((view.scenegraph() as unknown as { root: Scene }).root);
    return found;
  }
}

/** The rectangle of a selection says nothing to those who hear the page. */
function hideBrushes(marks: Json): void {
  for (const mark of Array.isArray(marks) ? marks : []) {
    if (!isMapping(mark)) continue;
    if (/_brush(_bg)?$/.test(String(mark["name"]))) mark["aria"] = false;
    hideBrushes(mark["marks"] ?? null);
  }
}

const quiet = () => SILENT;
/** What Vega-Lite remarks on a spec concerns its author, who has it where the chart is made. */
const SILENT = { level: quiet, error: quiet, warn: quiet, info: quiet, debug: quiet } as never;
