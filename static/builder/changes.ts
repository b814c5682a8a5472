/** Pure functions over pages: finding, naming, and where things may stand. Nothing here touches a signal or the network. */
import type { BuiltIn, Catalogue, Component, Json, PageState } from "./protocol.ts";

export interface Place {
  parent: string;
  index: number;
}

/** `component` and all below it, parents first. */
export function* walk(component: Component): Generator<Component> {
  yield component;
  for (const child of component.children ?? []) yield* walk(child);
}

export function find(page: Component, id: string): Component | null {
  for (const component of walk(page)) if (component.id === id) return component;
  return null;
}

export function parentOf(page: Component, id: string): Component | null {
  for (const component of walk(page)) {
    if (component.children?.some((child) => child.id === id)) return component;
  }
  return null;
}

/** The ids from the page down to `id`, both included; empty when there is no such component. */
export function pathTo(page: Component, id: string): string[] {
  if (page.id === id) return [id];
  for (const child of page.children ?? []) {
    const below = pathTo(child, id);
    if (below.length) return [page.id, ...below];
  }
  return [];
}

export function idsOf(component: Component): Set<string> {
  return new Set([...walk(component)].map((each) => each.id));
}

/** Where the component stands now; `null` for a page. */
export function placeOf(page: Component, id: string): Place | null {
  const parent = parentOf(page, id);
  if (!parent) return null;
  return { parent: parent.id, index: (parent.children ?? []).findIndex((child) => child.id === id) };
}

/** Every id that the app uses, on all its pages. */
export function takenIds(pages: readonly PageState[]): Set<string> {
  const taken = new Set<string>();
  for (const { page } of pages) for (const component of walk(page)) taken.add(component.id);
  return taken;
}

/** `"button"`, or the first free of `"button_2"`, `"button_3"`, … */
export function freeId(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  let n = 2;
  while (taken.has(`${base}_${n}`)) n++;
  return `${base}_${n}`;
}

/** A new component with the children that its type starts with. */
export function newComponent(type: string, catalogue: Catalogue, taken: ReadonlySet<string>): Component {
  const used = new Set(taken);
  const make = (each: string): Component => {
    const id = freeId(each, used);
    used.add(id);
    const children = (catalogue[each]?.initial_children ?? []).map(make);
    return children.length ? { id, type: each, children } : { id, type: each };
  };
  return make(type);
}

/** A copy whose ids are free; links and bindings are as they were, and fields that name a copied component follow. */
export function copyOf(component: Component, taken: ReadonlySet<string>, catalogue: Catalogue = {}): Component {
  const used = new Set(taken);
  const names = new Map<string, string>();
  for (const each of walk(component)) {
    const id = freeId(each.id.replace(/_\d+$/, ""), used);
    used.add(id);
    names.set(each.id, id);
  }
  const follow = (type: string, name: string, value: Json): Json =>
    catalogue[type]?.fields[name]?.type === "component" && typeof value === "string" ? (names.get(value) ?? value) : value;
  const copy = (each: Component): Component => ({
    ...each,
    id: names.get(each.id)!,
    ...(each.fields ? { fields: Object.fromEntries(Object.entries(each.fields).map(([name, value]) => [name, follow(each.type, name, value)])) } : {}),
    ...(each.on ? { on: Object.fromEntries(Object.entries(each.on).map(([event, does]) => [event, followDialog(does, names)])) } : {}),
    ...(each.children ? { children: each.children.map(copy) } : {}),
  });
  return copy(component);
}

function followDialog(does: string | BuiltIn, names: ReadonlyMap<string, string>): string | BuiltIn {
  return typeof does !== "string" && "dialog" in does ? { ...does, dialog: names.get(does.dialog) ?? does.dialog } : does;
}

/** Why `type` can't stand in `parentType`, as a sentence; `null` when it can. */
export function refusal(catalogue: Catalogue, parentType: string, type: string): string | null {
  const parent = catalogue[parentType];
  const child = catalogue[type];
  if (!parent || !child) return null;
  if (parent.children === "none") return `${parent.title} takes no components.`;
  if (child.parents !== "any" && !child.parents.includes(parentType)) {
    return `${child.title} stands only in ${listed(child.parents, catalogue)}.`;
  }
  if (parent.children !== "any" && !parent.children.includes(type)) {
    return `${parent.title} takes only ${listed(parent.children, catalogue)}.`;
  }
  return null;
}

function listed(types: readonly string[], catalogue: Catalogue): string {
  return types.length ? types.map((type) => catalogue[type]?.title ?? type).join(" or ") : "nothing";
}

/** A sensible place for a new `type`: in the selection, else behind it, else behind one of its ancestors. */
export function placeForNew(page: Component, selected: string | null, type: string, catalogue: Catalogue): Place | null {
  const path = selected ? pathTo(page, selected) : [page.id];
  const chain = path.length ? path : [page.id];
  for (let i = chain.length - 1; i >= 0; i--) {
    const parent = find(page, chain[i]!);
    if (!parent || refusal(catalogue, parent.type, type)) continue;
    const children = parent.children ?? [];
    const within = chain[i + 1];
    const index = within === undefined ? children.length : children.findIndex((child) => child.id === within) + 1;
    return { parent: parent.id, index };
  }
  return null;
}

/** Where Alt+arrow takes a component; `null` when it can go no further. */
export function placeAfterStep(
  page: Component,
  id: string,
  step: "up" | "down" | "out" | "in",
  catalogue: Catalogue,
): Place | null {
  const place = placeOf(page, id);
  const component = find(page, id);
  if (!place || !component) return null;
  const parent = find(page, place.parent)!;
  const siblings = parent.children ?? [];
  if (step === "up") return place.index > 0 ? { ...place, index: place.index - 1 } : null;
  if (step === "down") return place.index < siblings.length - 1 ? { ...place, index: place.index + 1 } : null;
  if (step === "in") {
    const before = siblings[place.index - 1];
    if (!before || refusal(catalogue, before.type, component.type)) return null;
    return { parent: before.id, index: before.children?.length ?? 0 };
  }
  const above = placeOf(page, parent.id);
  const grandparent = above && find(page, above.parent);
  if (!grandparent || refusal(catalogue, grandparent.type, component.type)) return null;
  return { parent: grandparent.id, index: above.index + 1 };
}

/** What a component is called on the page: its own short text, else its kind, numbered among its like. */
export function nameOf(page: Component, component: Component, catalogue: Catalogue): string {
  if (component.type === "page") return `Page ${component.id}`;
  const own = ownText(component);
  if (own) return own;
  const title = catalogue[component.type]?.title ?? component.type;
  const alike = (parentOf(page, component.id)?.children ?? []).filter((each) => each.type === component.type);
  return alike.length > 1 ? `${title} ${alike.indexOf(component) + 1}` : title;
}

/** The words that a component shows, when they are short enough to know it by. */
export function ownText(component: Component): string {
  for (const field of ["text", "label", "title"]) {
    const value = component.fields?.[field];
    const words = Array.isArray(value) ? value.join(" ") : value;
    if (typeof words === "string" && words.trim()) {
      const line = words.trim().split("\n")[0]!.replace(/[*`#]|\b_+|_+\b/g, "").trim();
      return line.length > 32 ? `${line.slice(0, 31)}…` : line;
    }
  }
  return "";
}

/** `"in Column 2, before Save"`; `index` counts without the component that moves. */
export function wordsFor(page: Component, place: Place, moving: string | null, catalogue: Catalogue): string {
  const parent = find(page, place.parent);
  if (!parent) return "";
  const siblings = (parent.children ?? []).filter((child) => child.id !== moving);
  const next = siblings[place.index];
  const last = siblings[siblings.length - 1];
  const within = `in ${nameOf(page, parent, catalogue)}`;
  if (next) return `${within}, before ${nameOf(page, next, catalogue)}`;
  return last ? `${within}, after ${nameOf(page, last, catalogue)}` : within;
}

/** A handler's uses: which component and event link to it. */
export function usesOf(pages: readonly PageState[], handler: string): { page: string; id: string; event: string }[] {
  const uses: { page: string; id: string; event: string }[] = [];
  for (const { key, page } of pages) {
    for (const component of walk(page)) {
      for (const [event, name] of Object.entries(component.on ?? {})) {
        if (name === handler) uses.push({ page: key, id: component.id, event });
      }
    }
  }
  return uses;
}

/** The field's value as it counts: set, or the catalogue's default. */
export function valueOf(component: Component, field: string, catalogue: Catalogue): Json {
  const own = component.fields?.[field];
  return own === undefined ? (catalogue[component.type]?.fields[field]?.default ?? null) : own;
}

/** The components that a text on the clipboard holds, as `toClipboard` writes them; none: it is another text. */
export function fromClipboard(text: string): Component[] {
  try {
    const value = JSON.parse(text) as { mainspring?: unknown; components?: Component[] };
    const components = value.mainspring === 1 && Array.isArray(value.components) ? value.components : [];
    return components.every((each) => typeof each?.id === "string" && typeof each.type === "string") ? components : [];
  } catch {
    return [];
  }
}

export function toClipboard(components: readonly Component[]): string {
  return JSON.stringify({ mainspring: 1, components }, null, 1);
}

/** Python counts code points, the editor UTF-16 units. */
export function utf16Column(line: string, codePoints: number): number {
  let units = 0;
  let left = codePoints;
  for (const character of line) {
    if (left-- <= 0) break;
    units += character.length;
  }
  return units;
}
