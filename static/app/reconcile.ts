/** New pages over old ones: what is equal stays the same object, so that only what was edited is drawn again. */
import type { Component, Json, Page } from "./protocol.ts";

export function reconcilePages(before: readonly Page[], after: readonly Page[]): Page[] {
  const known = new Map<string, Component>();
  for (const page of before) collect(page, known);
  return after.map((page) => reuse(page, known) as Page).sort((a, b) => a.order - b.order);
}

function collect(component: Component, into: Map<string, Component>): void {
  into.set(component.id, component);
  for (const child of component.children) collect(child, into);
}

function reuse(after: Component, known: ReadonlyMap<string, Component>): Component {
  const children = after.children.map((child) => reuse(child, known));
  const before = known.get(after.id);
  if (!before) return { ...after, children };
  const same = children.length === before.children.length && children.every((child, i) => child === before.children[i]);
  const kept = same ? before.children : children;
  const { children: _old, ...own } = before;
  const { children: _new, ...changed } = after;
  return same && equal(own as unknown as Json, changed as unknown as Json) ? before : { ...after, children: kept };
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
