/** What a plotly figure consists of, and the points that its events name. */
import type { Json } from "./protocol.ts";

export type Trace = { [key: string]: Json };
export type Layout = { [key: string]: Json };

export interface Figure {
  data: Trace[];
  layout: Layout;
}

/** A point as plotly's events bring it; which of these there are depends on the kind of trace. */
export interface PlotlyPoint {
  curveNumber?: number;
  pointNumber?: number | [row: number, column: number];
  pointIndex?: number | [row: number, column: number];
  x?: Json;
  y?: Json;
  label?: Json;
  value?: Json;
  lon?: Json;
  lat?: Json;
  customdata?: Json;
  data?: { z?: Json };
}

/** The payload of kind `points`. Cells of a heat map are counted row by row; slices have their label as x. */
export function points(found: readonly PlotlyPoint[]): Json {
  return found.map((point) => ({
    curve: point.curveNumber ?? 0,
    index: indexOf(point),
    x: point.x ?? point.label ?? point.lon ?? null,
    y: point.y ?? point.value ?? point.lat ?? null,
    customdata: plain(point.customdata),
  }));
}

function indexOf({ pointIndex, pointNumber, data }: PlotlyPoint): number {
  const place = pointIndex ?? pointNumber ?? 0;
  if (!Array.isArray(place)) return place;
  const row = Array.isArray(data?.z) ? data.z[0] : undefined;
  const width = row !== null && typeof row === "object" && "length" in row ? Number(row["length"]) : 0;
  return place[0] * width + place[1];
}

/** Numbers may stand in typed arrays, which JSON makes mappings of. */
function plain(value: Json | undefined): Json {
  if (value === undefined) return null;
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
}
