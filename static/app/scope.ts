/** What names mean within repeaters: the items of each, by key, and paths that begin with a variable. */
import { at, child, keysOf, mapValues } from "./changes.ts";
import { asText, evaluate, isTrue, keys, type Lookup, onlyPath, type Part, parse } from "./expressions.ts";
import type { Json } from "./protocol.ts";
import type { Store } from "./store.ts";

/** One repeater around a component, with the row that the component stands in. */
export interface Scope {
  readonly outer: Scope | null;
  readonly keyName: string;
  readonly valueName: string;
  /** What events call the row, and what keeps its elements and what is entered in it; see `rowsIn`. */
  readonly row: string;
  /** Where the row is now: of a mapping its key, else its number. */
  readonly key: string;
  readonly source: Source;
}

/** What a repeater goes through: a place in state, or values that stand in the page. */
export type Source =
  | { readonly path: readonly string[] }
  | { readonly value: Json };

export interface Frame {
  columns: { name: string; type: string; choices?: string[] }[];
  /** The first ones; `total` says how many there are. */
  rows: Json[][];
  total: number;
  /** Another one whenever the frame comes anew. */
  version?: string;
}

export function asFrame(value: Json | undefined): Frame | null {
  const frame = child(value, "$frame");
  return Array.isArray(child(frame, "columns")) && Array.isArray(child(frame, "rows")) ? (frame as unknown as Frame) : null;
}

/** The value of a path as a component in `scope` sees it. Reads are watched. */
export function lookup(store: Store, scope: Scope | null): Lookup {
  return (path) => {
    const [name, ...rest] = path;
    for (let each = scope; each; each = each.outer) {
      if (name === each.keyName) return rest.length ? undefined : each.key;
      if (name === each.valueName) return item(store, each.source, each.key, rest);
    }
    return store.read(path);
  };
}

/** A setting's value: templates in it are filled in, at any depth. */
export function resolve(value: Json, look: Lookup): Json {
  if (typeof value === "string") return value.includes("@{") ? evaluate(parse(value), look) : value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => resolve(each, look));
  return mapValues(value, (each) => resolve(each, look));
}

export function isVisible(visible: boolean | string, look: Lookup): boolean {
  return typeof visible === "boolean" ? visible : isTrue(resolve(visible, look));
}

/** Where a repeater's items come from. */
export function source(items: Json, store: Store, scope: Scope | null): Source {
  const path = typeof items === "string" ? onlyPath(items) : null;
  const look = lookup(store, scope);
  const place = path && statePath(path, store, scope);
  return place ? { path: place } : { value: resolve(items, look) };
}

/** The place in state that a path means, through the variables around it; `null` if it is none. */
export function statePath(path: readonly Part[], store: Store, scope: Scope | null): readonly string[] | null {
  const [name, ...rest] = keys(path, lookup(store, scope));
  if (name === undefined) return null;
  for (let each = scope; each; each = each.outer) {
    if (name === each.keyName) return null;
    if (name !== each.valueName) continue;
    if (!("path" in each.source) || asFrame(store.shape(each.source.path))) return null;
    return [...each.source.path, each.key, ...rest];
  }
  return [name, ...rest];
}

/** The keys of the rows, in order. Only coming and going rows concern the reader. */
export function rowKeys(from: Source, store: Store): string[] {
  const value = "path" in from ? store.shape(from.path) : from.value;
  if (value === null || value === undefined || typeof value !== "object") return [];
  const frame = asFrame(value);
  if (frame) {
    // A frame is one value: it changes as a whole.
    if ("path" in from) store.read(from.path);
    return frame.rows.map((_, i) => String(i));
  }
  return Array.isArray(value) ? value.map((_, i) => String(i)) : keysOf(value);
}

/**
 * The rows by name, in order, each with the key that leads to it. `identity` names the entry that tells items of
 * lists and frames apart: by that a row is known wherever it moves. One that has none, or one that came before, is
 * known by its number, such as `#3`. As in `runtime/row_names.py`.
 */
export function rowsIn(from: Source, store: Store, identity: string): ReadonlyMap<string, string> {
  const keys = rowKeys(from, store);
  const value = "path" in from ? store.shape(from.path) : from.value;
  const isMapping = !Array.isArray(value) && !asFrame(value);
  const rows = new Map<string, string>();
  for (const key of keys) {
    if (isMapping || identity === "") {
      rows.set(key, key);
      continue;
    }
    const name = asText(item(store, from, key, [identity]));
    rows.set(name === "" || name.startsWith("#") || rows.has(name) ? `#${key}` : name, key);
  }
  return rows;
}

function item(store: Store, from: Source, key: string, rest: readonly string[]): Json | undefined {
  if (!("path" in from)) return at(row(from.value, key), rest);
  const frame = asFrame(store.shape(from.path)) && asFrame(store.read(from.path));
  return frame ? at(record(frame, key), rest) : store.read([...from.path, key, ...rest]);
}

function row(value: Json, key: string): Json | undefined {
  const frame = asFrame(value);
  return frame ? record(frame, key) : child(value, key);
}

function record(frame: Frame, key: string): Json | undefined {
  const cells = frame.rows[Number(key)];
  if (!cells) return undefined;
  const named = Object.create(null) as { [key: string]: Json };
  frame.columns.forEach(({ name }, i) => (named[name] = cells[i] ?? null));
  return named;
}
