/** Where the components of the previewed page are, measured anew only where that may have changed. */
import type { Handle, LayoutItem, Rect } from "./agent_messages.ts";
import type { Component, Page } from "./protocol.ts";

export interface Measured {
  page: string;
  scroll: { x: number; y: number };
  width: number;
  height: number;
  items: LayoutItem[];
  handles: Handle[];
}

/** A component and what stands in it; `item` is `null` for one that isn't drawn. */
interface Spot {
  id: string;
  item: LayoutItem | null;
  below: readonly Spot[];
}

const HORIZONTAL: ReadonlySet<string> = new Set(["columns", "horizontal_stack", "grid"]);
const COMPONENTS = "[data-component], [data-selects]";

/**
 * A component in which nothing has changed, and which stands where it stood in the size that it had, is as it was with
 * all that it holds: while somebody types into one of a thousand, a few are measured.
 */
export class Ruler {
  private elements: ReadonlyMap<string, HTMLElement> = new Map();
  private last: Spot | null = null;
  /** `null`: anything may have changed. */
  private changed: Set<string> | null = null;

  /** Something has changed in `target`, which may hold other components. */
  changedIn(target: EventTarget | null): void {
    const element = target instanceof Element ? target : null;
    if (!element || element.querySelector(COMPONENTS)) this.changed = null;
    else this.changedAround(element);
  }

  mutated({ type, target, attributeName, addedNodes, removedNodes }: MutationRecord): void {
    if (attributeName?.startsWith("data-") || [...addedNodes, ...removedNodes].some(hasComponents)) this.changed = null;
    else if (type === "attributes") this.changedIn(target);
    else this.changedAround(target instanceof Element ? target : target.parentElement);
  }

  private changedAround(element: Element | null): void {
    const around = element?.closest<HTMLElement>("[data-component]");
    if (around) this.changed?.add(around.dataset["component"] as string);
    // On the page, but in none of its components: what that pushes away is seen by its place.
  }

  measured(page: Page): Measured {
    if (!this.changed || this.last?.id !== page.id) {
      this.elements = drawnComponents();
      this.last = null;
    }
    const changed = this.last ? withAncestors(page, this.changed!) : null;
    this.last = this.spot(page, null, 0, this.last, changed);
    this.changed = new Set();
    const items: LayoutItem[] = [];
    collect(this.last, items);
    return {
      page: page.id,
      scroll: { x: window.scrollX, y: window.scrollY },
      width: document.documentElement.clientWidth,
      height: document.documentElement.clientHeight,
      items,
      handles: [...document.querySelectorAll<HTMLElement>("[data-selects]:not(.drawer-button)")]
        .filter((element) => !element.closest("[data-reuses]"))
        .map((element) => ({ id: element.dataset["selects"] as string, rect: rectOf(element) })),
    };
  }

  private spot({ id, type, children }: Component, parent: string | null, index: number, before: Spot | null, changed: ReadonlySet<string> | null): Spot {
    const element = this.elements.get(id);
    const rect = element && rectOf(element);
    // What has no box of its own (`display: contents`) says nothing about what it holds.
    if (before?.item && rect?.width && rect.height && !changed?.has(id) && isSame(before.item.rect, rect)) return before;
    // Were there other children than before, `before` would be none.
    const below = children.map((child, i) => this.spot(child, id, i, before?.below[i] ?? null, changed));
    const axis = axisOf(type, below.flatMap(({ item }) => item?.rect ?? []));
    return { id, item: rect ? { id, type, parent, index, rect, axis } : null, below };
  }
}

/** Of what is shown a second time, only the first is where it stands. */
function drawnComponents(): ReadonlyMap<string, HTMLElement> {
  const found = new Map<string, HTMLElement>();
  for (const element of document.querySelectorAll<HTMLElement>("[data-component]")) {
    const id = element.dataset["component"] as string;
    if (!found.has(id) && !element.parentElement?.closest("[data-reuses]")) found.set(id, element);
  }
  return found;
}

const hasComponents = (node: Node): boolean => node instanceof Element && (node.matches(COMPONENTS) || node.querySelector(COMPONENTS) !== null);

function withAncestors(page: Component, ids: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const look = ({ id, children }: Component): boolean => {
    // All children are looked at, not only the first that has some.
    const has = children.map(look).includes(true) || ids.has(id);
    if (has) found.add(id);
    return has;
  };
  look(page);
  return found;
}

function collect({ item, below }: Spot, into: LayoutItem[]): void {
  if (item) into.push(item);
  for (const each of below) collect(each, into);
}

/** How the children stand in fact: columns on a narrow page stand below one another. */
export function axisOf(type: string, [first, second]: readonly Rect[]): "vertical" | "horizontal" {
  if (!first || !second) return HORIZONTAL.has(type) ? "horizontal" : "vertical";
  return second.x >= first.x + first.width - 1 && second.y < first.y + first.height ? "horizontal" : "vertical";
}

const isSame = (a: Rect, b: Rect): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

function rectOf(element: HTMLElement): Rect {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x, y, width, height };
}
