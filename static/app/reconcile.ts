/** New pages over old ones: what is equal stays the same object, so that only what was edited is drawn again. */
import type { Component, Json, Page } from "./protocol.ts";

/** A component, as the app's page or the Builder's has it. */
interface Tree<T> {
  id: string;
  children?: T[];
}

export function reconcilePages(before: readonly Page[], after: readonly Page[]): Page[] {
  return reconcileTrees<Component>(before, after).sort((a, b) => (a as Page).order - (b as Page).order) as Page[];
}

/** Trees over those before them; a component is known by its id, wherever it stood. */
export function reconcileTrees<T extends Tree<T>>(before: readonly T[], after: readonly T[]): T[] {
  const known = new Map<string, T>();
  for (const page of before) collect(page, known);
  return after.map((page) => reuse(page, known));
}

/** A component with its children by id. */
type Part<T> = Omit<T, "children"> & { id: string; children?: readonly string[] };

/**
 * `page` with these parts in the place of what they name; what isn't among them is as it was, wherever it stands now.
 * `null`: a part has a child that is nowhere.
 */
export function withParts<T extends Tree<T>>(page: T, parts: readonly Part<T>[]): T | null {
  if (!parts.length) return page;
  const known = new Map<string, T>();
  collect(page, known);
  const fresh = new Map(parts.map((part) => [part.id, part]));
  let complete = true;
  const built = (id: string): T => {
    const part = fresh.get(id);
    const before = known.get(id);
    if (!part && !before) complete = false;
    if (!part) return before?.children?.length ? over(before, before.children.map((child) => built(child.id))) : before!;
    return (part.children ? { ...part, children: part.children.map(built) } : part) as T;
  };
  const next = built(page.id);
  return complete ? next : null;
}

/** `before` with these children; itself, if it has them. */
function over<T extends Tree<T>>(before: T, children: T[]): T {
  return children.every((child, i) => child === before.children![i]) ? before : { ...before, children };
}

function collect<T extends Tree<T>>(component: T, into: Map<string, T>): void {
  into.set(component.id, component);
  for (const child of component.children ?? []) collect(child, into);
}

function reuse<T extends Tree<T>>(after: T, known: ReadonlyMap<string, T>): T {
  const children = after.children?.map((child) => reuse(child, known));
  const before = known.get(after.id);
  const old = before?.children;
  const same = children?.length === old?.length && (children ?? []).every((child, i) => child === old?.[i]);
  if (before && same && sameBeside(before, after)) return before;
  return children ? { ...after, children: same && old ? old : children } : after;
}

/** Whether two components are the same but for what stands in them. */
function sameBeside<T extends Tree<T>>(before: T, after: T): boolean {
  const names = Object.keys(after) as (keyof T)[];
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => name === "children" || (Object.hasOwn(before, name) && equal(before[name] as Json, after[name] as Json)))
  );
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, i) => equal(each, b[i]));
  }
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]));
}
