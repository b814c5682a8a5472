/** Several components at once, as pure functions: which of a selection count, and the operations that move or wrap them. */
import { find, freeId, parentOf, placeOf, refusal, walk, type Place } from "./changes.ts";
import type { Catalogue, Component, SingleOperation } from "./protocol.ts";

/** Of `ids` those that stand in none of the others, in the page's order; never the page itself. */
export function topmost(page: Component, ids: readonly string[]): Component[] {
  const wanted = new Set(ids);
  const found: Component[] = [];
  const visit = (component: Component): void => {
    for (const child of component.children ?? []) {
      if (wanted.has(child.id)) found.push(child);
      else visit(child);
    }
  };
  visit(page);
  return found;
}

/**
 * The moves that put `ids` one behind the other at `place`. Its index counts the children of the parent
 * without `first`, as a drop that carries `first` has it.
 */
export function movesTo(page: Component, ids: readonly string[], place: Place, first = ids[0]!): SingleOperation[] {
  const moving = new Set(ids);
  const children = (find(page, place.parent)?.children ?? []).map((child) => child.id);
  const without = children.filter((id) => id !== first);
  const anchor = without.slice(place.index).find((id) => !moving.has(id)) ?? null;
  let now = children;
  return ids.map((id) => {
    const rest = now.filter((each) => each !== id);
    const index = anchor === null ? rest.length : rest.indexOf(anchor);
    now = [...rest.slice(0, index), id, ...rest.slice(index)];
    return { op: "move", id, parent: place.parent, index };
  });
}

/** Why `ids` can't all stand in `parent`, in words. */
export function refusalOfAll(page: Component, ids: readonly string[], parent: string, catalogue: Catalogue): string | null {
  const into = find(page, parent);
  if (!into) return "That place is gone.";
  for (const id of ids) {
    const component = find(page, id);
    if (!component) continue;
    if ([...walk(component)].some((each) => each.id === parent)) return "A component can't stand in itself.";
    const reason = refusal(catalogue, into.type, component.type);
    if (reason) return reason;
  }
  return null;
}

/** What puts `ids` into a new component of `type` where the first of them stands; a text says why it can't be. */
export function wrapping(page: Component, ids: readonly string[], type: string, catalogue: Catalogue, taken: ReadonlySet<string>): SingleOperation[] | string {
  const place = ids[0] ? placeOf(page, ids[0]) : null;
  const parent = place && find(page, place.parent);
  if (!place || !parent) return "Select components to wrap.";
  const outside = refusal(catalogue, parent.type, type);
  if (outside) return outside;
  for (const id of ids) {
    const inside = refusal(catalogue, type, find(page, id)?.type ?? "");
    if (inside) return inside;
  }
  const wrapper = freeId(type, taken);
  return [
    // Empty on purpose: what its type begins with would stand beside what is wrapped.
    { op: "add", component: { id: wrapper, type, children: [] }, ...place },
    ...ids.map((id, index): SingleOperation => ({ op: "move", id, parent: wrapper, index })),
  ];
}

/** What takes a container away and leaves its children in its place; a text says why it can't be. */
export function unwrapping(page: Component, id: string, catalogue: Catalogue): SingleOperation[] | string {
  const container = find(page, id);
  const place = placeOf(page, id);
  const parent = parentOf(page, id);
  if (!container?.children?.length || !place || !parent) return "Only a component with others in it can be unwrapped.";
  for (const child of container.children) {
    const reason = refusal(catalogue, parent.type, child.type);
    if (reason) return reason;
  }
  return [
    ...container.children.map((child, i): SingleOperation => ({ op: "move", id: child.id, parent: parent.id, index: place.index + i })),
    { op: "delete", id },
  ];
}
