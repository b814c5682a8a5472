/** The points that a person has selected in a Vega-Lite chart, found among what is drawn. */
import type { Json } from "./protocol.ts";
import { INDEX, isMapping, type Mapping, type Rows } from "./vega_spec.ts";

/** What Vega keeps of a selection, for each part of it. */
export interface Selected {
  _vgsid_?: number;
  fields?: readonly { field: string; type: string }[];
  values?: readonly unknown[];
}

/** What is drawn: a datum of each mark, and which layer of the chart it stands in. */
export interface Drawn {
  layer: number;
  datum: { readonly [field: string]: unknown };
}

type Encoding = { x: string | null; y: string | null };

/** The payload of kind `points`: what is drawn of `selected`, each row once. */
export function points(drawn: readonly Drawn[], selected: readonly Selected[], spec: Mapping, datasets: Readonly<Record<string, Rows>>): Json[] {
  const found = drawn.filter(({ datum }) => selected.some((each) => holds(each, datum)));
  const seen = new Set<unknown>();
  const once = found.filter(({ datum }) => !seen.has(datum[INDEX] ?? datum) && seen.add(datum[INDEX] ?? datum));
  return once.map((each) => point(each, drawn, spec, datasets));
}

/** One point, of whatever is drawn. */
export function point({ layer, datum }: Drawn, drawn: readonly Drawn[], spec: Mapping, datasets: Readonly<Record<string, Rows>>): Json {
  const encoding = encodings(spec);
  const all = Object.values(datasets);
  const place = datum[INDEX];
  const row = typeof place === "number" && all.length === 1 ? all[0]?.[place] : undefined;
  const look = (field: string | null): Json => (field === null ? null : plain(row && Object.hasOwn(row, field) ? row[field] : valueOf(datum, field)));
  return {
    curve: layer,
    index: typeof place === "number" ? place : Math.max(0, drawn.filter((each) => each.layer === layer).findIndex((each) => each.datum === datum)),
    x: look(encoding.x),
    y: look(encoding.y),
    customdata: ownFields(row ?? datum),
  };
}

function holds({ _vgsid_: id, fields, values }: Selected, datum: Drawn["datum"]): boolean {
  if (id !== undefined) return datum["_vgsid_"] === id;
  if (!fields || !values) return false;
  return fields.every(({ field, type }, i) => within(datum[field], values[i], type));
}

/** `R` is a range, with the names of the ends that don't belong to it; `E` one value or one of several. */
function within(value: unknown, wanted: unknown, type: string): boolean {
  const number = Number(value);
  if (!type.startsWith("R")) return Array.isArray(wanted) ? wanted.some((each) => same(value, each)) : same(value, wanted);
  if (!Array.isArray(wanted) || value === null || value === undefined) return false;
  const [low, high] = [Number(wanted[0]), Number(wanted[1])].sort((a, b) => a - b) as [number, number];
  const opensLow = type === "R-E" || type === "R-LE";
  const opensHigh = type === "R-E" || type === "R-RE";
  return (opensLow ? number > low : number >= low) && (opensHigh ? number < high : number <= high);
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (a instanceof Date && Number(a) === Number(b));
}

/** Which fields the axes show: those of the chart, else of its first layer that has any. */
function encodings(spec: Mapping): Encoding {
  const parts: Json[] = [spec, ...(["layer", "hconcat", "vconcat", "concat"].flatMap((name) => (Array.isArray(spec[name]) ? spec[name] : []))), spec["spec"] ?? null];
  const field = (axis: string): string | null => {
    for (const part of parts) {
      const channel = isMapping(part) && isMapping(part["encoding"]) ? part["encoding"][axis] : undefined;
      if (!isMapping(channel)) continue;
      if (typeof channel["field"] === "string") return channel["field"];
      if (channel["aggregate"] === "count") return "__count";
    }
    return null;
  };
  return { x: field("x"), y: field("y") };
}

/** Of what was summed or cut into bins, Vega-Lite names the field after how: `mean_price`. */
function valueOf(datum: Drawn["datum"], field: string): unknown {
  if (Object.hasOwn(datum, field)) return datum[field];
  const name = Object.keys(datum).find((each) => each.endsWith(`_${field}`) || (field === "__count" && each.startsWith("__count")));
  return name === undefined ? null : datum[name];
}

function ownFields(row: { readonly [field: string]: unknown }): Json {
  return Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (name === INDEX || name === "_vgsid_" ? [] : [[name, plain(value)]])));
}

function plain(value: unknown): Json {
  if (value instanceof Date) return Number.isNaN(Number(value)) ? null : value.toISOString();
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
