/**
 * The state tree and how operations change it. Objects in it have no prototype, so `__proto__` is a key
 * like others. Operations change the tree in place: copying a mapping of 10,000 keys to change one costs
 * more than everything else between the socket and the text on the page.
 */
import type { Json, Operation, Path } from "./protocol.ts";

export type Tree = { [key: string]: Json };

/** What an operation touched: all at `path` and below, or only the places of a list from `start` to before `end`. */
export interface Touched {
  path: Path;
  /** A key or place came or went at `path`'s parent (set, delete) or in `path` (splice). */
  reshaped: boolean;
  range: { start: number; end: number } | null;
}

/**
 * Objects of JavaScript put keys such as "10" before all others, by their number. Where the app's mapping has
 * another order, it comes beside the entries, under this name.
 */
const KEYS = "$keys";
/** The order of mappings that have a key such as "10". */
const orders = new WeakMap<object, Set<string>>();

type Mapping = { [key: string]: Json };

function isPlace(key: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(key);
}

/** The keys of `mapping` in the app's order. */
export function keysOf(mapping: object): string[] {
  const order = orders.get(mapping);
  return order ? [...order] : Object.keys(mapping);
}

/** The mapping with the same keys in the same order, and what `make` gives for each. */
export function mapValues(mapping: Mapping, make: (value: Json) => Json): Mapping {
  const made = Object.create(null) as Mapping;
  for (const key of Object.keys(mapping)) made[key] = make(mapping[key] as Json);
  const order = orders.get(mapping);
  if (order) orders.set(made, new Set(order));
  return made;
}

/** The order that came with `mapping`; `null`: none did, and an entry that happens to have its name is an entry. */
function givenOrder(mapping: Mapping): string[] | null {
  const given = mapping[KEYS];
  if (!Array.isArray(given) || given.length !== Object.keys(mapping).length - 1) return null;
  return given.every((key) => typeof key === "string" && key !== KEYS && Object.hasOwn(mapping, key)) ? (given as string[]) : null;
}

/** A copy of parsed JSON whose objects have no prototype. */
export function toTree(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toTree);
  const order = givenOrder(value);
  if (!order) return mapValues(value, toTree);
  const copy = Object.create(null) as Tree;
  for (const key of order) copy[key] = toTree(value[key] as Json);
  orders.set(copy, new Set(order));
  return copy;
}

/** `undefined` where nothing is. Places of lists may be texts of digits, as expressions give them. */
export function child(value: Json | undefined, part: string | number): Json | undefined {
  if (value === null || typeof value !== "object") return undefined;
  if (!Array.isArray(value)) return Object.hasOwn(value, part) ? value[part] : undefined;
  return typeof part === "number" || /^(0|[1-9]\d{0,14})$/.test(part) ? value[Number(part)] : undefined;
}

export function at(value: Json | undefined, path: Path): Json | undefined {
  for (const part of path) value = child(value, part);
  return value;
}

/** Carries out `operation` on `tree`; `null`: it doesn't fit the tree, nothing was changed. */
export function apply(tree: Tree, operation: Operation): Touched | null {
  const path = operation[1];
  switch (operation[0]) {
    case "set":
      return set(tree, path, operation[2]);
    case "delete":
      return remove(tree, path);
    case "splice":
      return splice(tree, path, operation[2], operation[3], operation[4]);
    case "append":
      return append(tree, path, operation[2]);
    default:
      return null;
  }
}

function append(tree: Tree, path: Path, text: string): Touched | null {
  const before = at(tree, path);
  return typeof before === "string" && typeof text === "string" ? set(tree, path, before + text) : null;
}

function set(tree: Tree, path: Path, value: Json): Touched | null {
  const parent = at(tree, path.slice(0, -1));
  const last = path.at(-1);
  if (last === undefined || parent === null || typeof parent !== "object") return null;
  if (Array.isArray(parent)) {
    if (typeof last !== "number" || last < 0 || last > parent.length) return null;
    const reshaped = last === parent.length;
    parent[last] = toTree(value);
    return { path, reshaped, range: null };
  }
  const reshaped = !Object.hasOwn(parent, last);
  if (reshaped) comeLast(parent, String(last));
  parent[last] = toTree(value);
  return { path, reshaped, range: null };
}

/** A new key stands after all others, as in the app. */
function comeLast(mapping: Mapping, key: string): void {
  const order = orders.get(mapping);
  if (order) order.add(key);
  else if (isPlace(key)) orders.set(mapping, new Set([...Object.keys(mapping), key]));
}

function remove(tree: Tree, path: Path): Touched | null {
  const parent = at(tree, path.slice(0, -1));
  const last = path.at(-1);
  if (last === undefined || parent === null || typeof parent !== "object") return null;
  if (Array.isArray(parent)) return typeof last === "number" ? splice(tree, path.slice(0, -1), last, 1, []) : null;
  delete parent[last];
  orders.get(parent)?.delete(String(last));
  return { path, reshaped: true, range: null };
}

function splice(tree: Tree, path: Path, start: number, removed: number, values: Json[]): Touched | null {
  const list = at(tree, path);
  if (!Array.isArray(list) || start < 0 || removed < 0 || start + removed > list.length) return null;
  const before = list.length;
  const added = values.map(toTree);
  // Spreading very long lists into arguments overflows the stack.
  if (added.length < 10_000) list.splice(start, removed, ...added);
  else {
    const tail = list.slice(start + removed);
    list.length = start;
    for (const value of added) list.push(value);
    for (const value of tail) list.push(value);
  }
  const moved = added.length !== removed;
  return { path, reshaped: moved, range: { start, end: moved ? Math.max(before, list.length) : start + removed } };
}
