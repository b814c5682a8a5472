/** A JSON value as the lines of a tree: those that can be seen with what is unfolded now. */
import { keysOf } from "./changes.ts";
import type { Json } from "./protocol.ts";
import { asFrame } from "./scope.ts";

export interface TreeRow {
  /** Where it stands, as a JSON pointer: unique, and the same after a change around it. */
  readonly path: string;
  /** Its key or position; `null` at the top. */
  readonly name: string | null;
  readonly value: Json;
  /** The top is 0. */
  readonly depth: number;
  /** How many entries it holds; `null` for what isn't a mapping or list. */
  readonly size: number | null;
  readonly open: boolean;
  /** Counted from 1 among `siblings`. */
  readonly position: number;
  readonly siblings: number;
}

export interface TreeRows {
  rows: TreeRow[];
  /** There would have been more lines than anyone can look through. */
  cut: boolean;
}

const MOST_ROWS = 200_000;
const MOST_OPEN = 100;

/** `toggled`: paths that are the other way round than they begin; see `beginsOpen`. */
export function treeRows(value: Json, depth: number, toggled: ReadonlySet<string>): TreeRows {
  const rows: TreeRow[] = [];
  const visit = (path: string, name: string | null, item: Json, level: number, position: number, siblings: number): boolean => {
    if (rows.length >= MOST_ROWS) return false;
    const size = sizeOf(item);
    const open = size !== null && size > 0 && beginsOpen(level, size, depth) !== toggled.has(path);
    rows.push({ path, name, value: item, depth: level, size, open, position, siblings });
    if (!open) return true;
    let place = 0;
    if (Array.isArray(item)) {
      for (const each of item) if (!visit(`${path}/${place}`, String(place), each, level + 1, ++place, item.length)) return false;
      return true;
    }
    const mapping = item as { [key: string]: Json };
    for (const key of keysOf(mapping)) {
      if (!visit(`${path}/${pointer(key)}`, key, mapping[key] as Json, level + 1, ++place, size)) return false;
    }
    return true;
  };
  const whole = visit("", null, value, 0, 1, 1);
  return { rows, cut: !whole };
}

/** Whether an entry is unfolded before anyone has touched it. */
export function beginsOpen(level: number, size: number, depth: number): boolean {
  return level < depth && (size <= MOST_OPEN || level === 0);
}

export function sizeOf(value: Json): number | null {
  if (value === null || typeof value !== "object") return null;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** The path of what an entry stands in. */
export function parentPath(path: string): string | null {
  return path === "" ? null : path.slice(0, path.lastIndexOf("/"));
}

/** A text that is JSON of a mapping or list, as that; data frames as records; anything else as it is. */
export function readable(value: Json): Json {
  if (typeof value !== "string") return withoutFrames(value);
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** The same object where no frame stands in it. */
function withoutFrames(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  const frame = asFrame(value);
  if (frame) {
    const names = frame.columns.map(({ name }) => name);
    const records = frame.rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
    return { rows: frame.total, [records.length < frame.total ? "first records" : "records"]: records };
  }
  let changed = false;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    const without = withoutFrames(item);
    changed ||= without !== item;
    return [key, without];
  });
  if (!changed) return value;
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

const pointer = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
