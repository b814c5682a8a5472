/** A Vega-Lite spec apart: what is drawn, and the rows that it is drawn from, which may change alone. */
import type { Json } from "./protocol.ts";
import { asFrame } from "./scope.ts";

export type Mapping = { [key: string]: Json };
/** Each row has its place, counted from 0, as `INDEX`. */
export type Rows = Mapping[];

export interface Apart {
  /** Without rows: data sources in it have names of `datasets`, the same ones as long as it is the same spec. */
  spec: Mapping;
  datasets: Record<string, Rows>;
  /** Names of what a person can select. */
  selections: string[];
}

export const INDEX = "__row";
const COMPOSED = ["hconcat", "vconcat", "concat", "facet", "repeat"];

export const isMapping = (value: Json | undefined): value is Mapping => value !== null && typeof value === "object" && !Array.isArray(value);

/** Whether the spec is several charts, whose sizes follow from their parts. */
export function isComposed(spec: Mapping): boolean {
  const encoding = isMapping(spec["encoding"]) ? spec["encoding"] : {};
  return COMPOSED.some((name) => spec[name] !== undefined) || ["row", "column", "facet"].some((name) => encoding[name] !== undefined);
}

/**
 * Takes `spec` apart; it is not changed.
 *
 * Throws an `Error` whose message is for the person, for data that can't be drawn here.
 */
export function takeApart(spec: Mapping): Apart {
  const given = isMapping(spec["datasets"]) ? spec["datasets"] : {};
  const datasets: Record<string, Rows> = {};
  const named = new Map<string, string>();
  const selections: string[] = [];
  const keep = (values: Json): string => {
    const name = `rows_${Object.keys(datasets).length}`;
    datasets[name] = numbered(values);
    return name;
  };
  const source = (data: Mapping): Mapping => {
    const { values, ...rest } = data;
    if (typeof data["url"] === "string") checkAddress(data["url"]);
    if (Array.isArray(values) || asFrame(values)) return { ...rest, name: keep(values ?? null) };
    const { name } = data;
    if (typeof name !== "string" || given[name] === undefined) return data;
    let ours = named.get(name);
    if (!ours) named.set(name, (ours = keep(given[name])));
    return { ...rest, name: ours };
  };
  const visit = (value: Json, key: string): Json => {
    if (Array.isArray(value)) return value.map((each) => visit(each, key));
    if (!isMapping(value)) return value;
    if (key === "data") return source(value);
    if (key === "params" && typeof value["name"] === "string" && value["select"] !== undefined) selections.push(value["name"]);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, visit(each, name)]));
  };
  const { datasets: _, ...rest } = spec;
  return { spec: visit(rest, "") as Mapping, datasets, selections };
}

function numbered(values: Json): Rows {
  const frame = asFrame(values);
  if (frame && frame.rows.length < frame.total) throw new Error(`The chart has a frame of ${frame.total} rows in it, of which a page gets the first ones only. Put records into it: frame.to_dict("records").`);
  const rows: Json[] = frame
    ? frame.rows.map((cells) => Object.fromEntries(frame.columns.map(({ name }, i) => [name, cells[i] ?? null])))
    : Array.isArray(values)
      ? values
      : [];
  return rows.map((row, i) => ({ ...(isMapping(row) ? row : { data: row }), [INDEX]: i }));
}

function checkAddress(address: string): void {
  const base = typeof document === "undefined" ? "http://localhost/" : document.baseURI;
  if (!URL.canParse(address, base) || new URL(address, base).origin !== new URL(base).origin) {
    throw new Error(`The chart takes its data from ${address}, and a page fetches nothing outside of its origin. Put the rows into the chart.`);
  }
}
