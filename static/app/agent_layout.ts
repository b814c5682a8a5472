/** Where the components of the previewed page are, told whenever that changes, at most once a frame. */
import { type Measured, Ruler } from "./agent_ruler.ts";
import type { Json, Page } from "./protocol.ts";
import { equal } from "./reconcile.ts";

/** Reports to `report` until the page is gone. Returns a function that asks for a report of what is there now. */
export function watchLayout(page: () => Page | null, report: (layout: Measured) => void): () => void {
  const ruler = new Ruler();
  let asked = false;
  let last: Measured | null = null;
  const measure = (always: boolean) => {
    asked = false;
    const shown = page();
    if (!shown) return;
    const layout = ruler.measured(shown);
    if (always || !last || !equal(layout as unknown as Json, last as unknown as Json)) report(layout);
    last = layout;
  };
  const soon = () => {
    if (!asked) requestAnimationFrame(() => measure(false));
    asked = true;
  };
  const changedIn = (target: EventTarget | null) => {
    ruler.changedIn(target);
    soon();
  };
  const changedAnywhere = () => changedIn(document);
  const mutations = new MutationObserver((records) => {
    for (const record of records) ruler.mutated(record);
    soon();
  });
  mutations.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class", "style", "hidden", "open", "data-component", "data-selects"] });
  // What has grown pushes others away, whose places tell.
  const sizes = new ResizeObserver(soon);
  sizes.observe(document.documentElement);
  sizes.observe(document.body);
  window.addEventListener("resize", changedAnywhere);
  // Also what scrolls or loads within the page moves components; neither event bubbles.
  for (const name of ["scroll", "load", "transitionend"]) document.addEventListener(name, ({ target }) => changedIn(target), { capture: true, passive: true });
  void document.fonts.ready.then(changedAnywhere);
  return () => {
    changedIn(document);
    measure(true);
  };
}
