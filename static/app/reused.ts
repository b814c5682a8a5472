/** What a `reuse` shows: another component of the app, or the reason why it can't. */
import type { Component, Page } from "./protocol.ts";

export type Reused = { page: string; component: Component; ancestors: readonly Component[] } | { problem: string };

/**
 * Find the component `id` for the reuse `by`. `around`: what is being shown a second time around it already.
 */
export function findReused(pages: readonly Page[], id: string, by: string, around: readonly string[]): Reused {
  const path = pathTo(pages, id);
  const component = path[path.length - 1];
  if (!component) return { problem: `There is no component “${id}” to be shown here.` };
  const ancestors = path.slice(0, -1);
  if (component.type === "page") return { problem: `“${id}” is a page; link to it instead.` };
  if (around.includes(id) || leadsTo(pages, component, by, new Set())) return { problem: `“${id}” can't be shown here: it would show itself, again and again.` };
  const repeater = ancestors.find(({ type }) => type === "repeater");
  if (repeater) return { problem: `“${id}” can't be shown here: it stands in “${repeater.id}”, which shows it once for each item. Reuse that instead.` };
  return { page: path[0]?.id ?? "", component, ancestors };
}

/** Whether drawing `component` draws the one called `id`, by what stands in it or what that reuses. */
function leadsTo(pages: readonly Page[], component: Component, id: string, seen: Set<string>): boolean {
  if (component.id === id) return true;
  if (seen.has(component.id)) return false;
  seen.add(component.id);
  const target = component.type === "reuse" ? component.fields["component"] : null;
  const shown = typeof target === "string" ? pathTo(pages, target) : [];
  const reused = shown[shown.length - 1];
  return (reused !== undefined && leadsTo(pages, reused, id, seen)) || component.children.some((child) => leadsTo(pages, child, id, seen));
}

/** From the page down to the component; empty where there is none. */
function pathTo(components: readonly Component[], id: string): Component[] {
  for (const component of components) {
    if (component.id === id) return [component];
    const below = pathTo(component.children, id);
    if (below.length > 0) return [component, ...below];
  }
  return [];
}
