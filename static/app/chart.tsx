/** Where a chart is drawn by a library that is loaded when first used: its place, its size, and what stands there instead. */
import { ChartColumn } from "lucide";
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ChartColours, chartColours } from "./chart_colours.ts";
import { Icon } from "./icon.tsx";
import { notify } from "./notices.tsx";
import type { Instance } from "./instance.ts";
import type { Json } from "./protocol.ts";

/** A drawing in an element of the page. */
export interface Chart {
  /** Draw `spec`, over what is drawn; rejects with an `Error` whose message is for the person. */
  show(spec: Json, colours: ChartColours): Promise<void>;
  /** The element has another size. */
  resize(): void;
  close(): void;
}

export type OpenChart = (element: HTMLElement, c: Instance) => Promise<Chart>;

interface ChartPlaceProps {
  c: Instance;
  /** The setting that holds what is drawn. */
  field: string;
  /** What the setting takes, in the words of whoever has none yet. */
  kind: string;
  open: OpenChart;
  /** Pixels; `null`: as high as what is drawn. */
  height: number | null;
}

// A message holds a little more; what is beyond would cut the line.
const MOST_CHARACTERS = 900_000;

/** Tell whoever listens which points a person has chosen. */
export function emitPoints(c: Instance, event: string, points: Json): void {
  if (!c.listens(event)) return;
  if (JSON.stringify(points).length > MOST_CHARACTERS) return notify("warning", "These are too many points at once", "Select fewer of them.");
  void c.emit(event, points);
}

// A spinner before this would only flash.
const PATIENCE_MS = 150;

export function ChartPlace({ c, field, kind, open, height }: ChartPlaceProps) {
  const place = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState("");
  const [stage, setStage] = useState<"opening" | "waiting" | "drawn">("opening");
  const spec = c.value(field);
  const isEmpty = specOf(spec.value) === null;

  useEffect(() => {
    const element = place.current;
    if (!element || isEmpty) return;
    return draw(element, c, open, () => specOf(spec.value), setStage, setProblem);
  }, [c, open, spec, isEmpty]);

  const label = c.text("label").value;
  const size = height === null ? undefined : { height: `${height}px` };
  return (
    <figure {...c.root("chart")} aria-label={label || kind} aria-busy={stage !== "drawn" && !isEmpty && !problem}>
      {label && <figcaption class="label">{label}</figcaption>}
      {isEmpty ? (
        <div class="chart-empty">
          <Icon icon={ChartColumn} />
          <span>{c.session.editing ? `No chart yet: put ${kind} into state, and its name here, as in @{chart}.` : "Nothing to show yet"}</span>
        </div>
      ) : (
        <div class="chart-scroll">
          <div class="chart-place" ref={place} style={problem ? { display: "none" } : size} />
          {stage === "waiting" && !problem && (
            <div class="chart-waiting" role="status">
              <span class="spinner" />
              <span class="visually-hidden">The chart is being drawn</span>
            </div>
          )}
        </div>
      )}
      {problem && !isEmpty && (
        <p class="misfit" role="alert">
          {problem}
        </p>
      )}
    </figure>
  );
}

/** Opens a chart and keeps it up to date; returns what ends that. */
function draw(element: HTMLElement, c: Instance, open: OpenChart, read: () => Json, setStage: (stage: "opening" | "waiting" | "drawn") => void, setProblem: (words: string) => void): () => void {
  const ends: (() => void)[] = [];
  let over = false;
  const waiting = setTimeout(() => setStage("waiting"), PATIENCE_MS);
  const settle = (error?: unknown) => {
    clearTimeout(waiting);
    if (over) return;
    setStage("drawn");
    setProblem(error === undefined ? "" : error instanceof Error && error.message ? error.message : "This chart can't be drawn.");
  };
  open(element, c).then((chart) => {
    if (over) return chart.close();
    ends.push(() => chart.close());
    const colours = chartColours();
    // Of several that come while one is drawn, only the last is worth drawing.
    let next: { spec: Json; colours: ChartColours } | null = null;
    let drawing = false;
    const drawAll = async () => {
      drawing = true;
      for (let now = next; now && !over; now = next) {
        next = null;
        await chart.show(now.spec, now.colours).then(() => settle(), settle);
      }
      drawing = false;
    };
    ends.push(
      effect(() => {
        const spec = read();
        next = spec === null ? null : { spec, colours: colours.value };
        if (next && !drawing) void drawAll();
      }),
    );
    let width = element.clientWidth;
    let height = element.clientHeight;
    const sizes = new ResizeObserver(() => {
      if (element.clientWidth === 0 || (element.clientWidth === width && element.clientHeight === height)) return;
      width = element.clientWidth;
      height = element.clientHeight;
      chart.resize();
    });
    sizes.observe(element);
    ends.push(() => sizes.disconnect());
  }, settle);
  return () => {
    over = true;
    clearTimeout(waiting);
    for (const end of ends.reverse()) end();
  };
}

/** What is to be drawn, which may also come as a text of JSON; `null`: there is nothing. */
function specOf(value: Json): Json {
  if (typeof value === "string") {
    try {
      value = JSON.parse(value) as Json;
    } catch {
      return null;
    }
  }
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0 ? value : null;
}

/** `value` with ordinary objects, which libraries expect and may change. */
export function ownCopy(value: Json): Json {
  return structuredClone(value);
}
