/** Where the components of the previewed page are, told whenever that changes, at most once a frame. */
import type { Handle, LayoutItem, Rect } from "./agent_messages.ts";
import type { Component, Json, Page } from "./protocol.ts";
import { equal } from "./reconcile.ts";

export interface Measured {
  page: string;
  scroll: { x: number; y: number };
  width: number;
  height: number;
  items: LayoutItem[];
  handles: Handle[];
}

const HORIZONTAL: ReadonlySet<string> = new Set(["columns", "horizontal_stack", "grid"]);

/** Reports to `report` until the page is gone. Returns a function that asks for a report of what is there now. */
export function watchLayout(page: () => Page | null, report: (layout: Measured) => void): () => void {
  let asked = false;
  let last: Measured | null = null;
  const measure = (always: boolean) => {
    asked = false;
    const shown = page();
    if (!shown) return;
    const layout = measured(shown);
    if (always || !last || !equal(layout as unknown as Json, last as unknown as Json)) report(layout);
    last = layout;
  };
  const soon = () => {
    if (!asked) requestAnimationFrame(() => measure(false));
    asked = true;
  };
  const options = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class", "style", "hidden", "open", "data-component", "data-selects"] };
  new MutationObserver(soon).observe(document.body, options);
  const sizes = new ResizeObserver(soon);
  sizes.observe(document.documentElement);
  sizes.observe(document.body);
  window.addEventListener("resize", soon);
  // Also what scrolls or loads within the page moves components; neither event bubbles.
  for (const name of ["scroll", "load", "transitionend"]) document.addEventListener(name, soon, { capture: true, passive: true });
  void document.fonts.ready.then(soon);
  return () => measure(true);
}

function measured(page: Page): Measured {
  const rects = new Map<string, Rect>();
  for (const element of document.querySelectorAll<HTMLElement>("[data-component]")) {
    const id = element.dataset["component"] as string;
    // Of what is shown a second time, only the first is where it stands.
    if (element.parentElement?.closest("[data-reuses]")) continue;
    if (!rects.has(id)) rects.set(id, rectOf(element));
  }
  const items: LayoutItem[] = [];
  collect(page, null, 0, rects, items);
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

function collect(component: Component, parent: string | null, index: number, rects: ReadonlyMap<string, Rect>, into: LayoutItem[]): void {
  const rect = rects.get(component.id);
  if (rect) into.push({ id: component.id, type: component.type, parent, index, rect, axis: axisOf(component, rects) });
  component.children.forEach((child, i) => collect(child, component.id, i, rects, into));
}

/** How the children stand in fact: columns on a narrow page stand below one another. */
export function axisOf({ type, children }: Component, rects: ReadonlyMap<string, Rect>): "vertical" | "horizontal" {
  const [first, second] = children.map(({ id }) => rects.get(id)).filter((rect) => rect !== undefined);
  if (!first || !second) return HORIZONTAL.has(type) ? "horizontal" : "vertical";
  return second.x >= first.x + first.width - 1 && second.y < first.y + first.height ? "horizontal" : "vertical";
}

function rectOf(element: HTMLElement): Rect {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x, y, width, height };
}
