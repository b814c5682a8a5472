/** Dragging the tab of a pane: among the tabs of another place, or to a place of its own. */
import { signal } from "@preact/signals";
import { dock } from "./layout.ts";
import { besidePane, groupOf, joinPane, type Dock, type PaneName } from "./panes.ts";

const START_PX = 6;
/** How much of a pane's width at its sides means "beside it". */
const SIDE = 0.3;

/** Where the dragged pane would go, drawn over the dock. */
export const paneDrop = signal<{ style: string; then: Dock } | null>(null);

/** Pointer handlers of a tab. */
export function paneSource(pane: PaneName): { onPointerDown: (event: PointerEvent) => void } {
  return {
    onPointerDown(event) {
      if (event.button !== 0 || !event.isPrimary) return;
      const tab = event.currentTarget as HTMLElement;
      const root = tab.closest<HTMLElement>(".dock")!;
      const start = { x: event.clientX, y: event.clientY };
      const ending = new AbortController();
      let began = false;
      const end = (drop: boolean): void => {
        ending.abort();
        const to = paneDrop.peek();
        paneDrop.value = null;
        delete document.documentElement.dataset["dragging"];
        if (drop && to) dock.value = to.then;
      };
      const on = <K extends keyof WindowEventMap>(name: K, listener: (event: WindowEventMap[K]) => void) =>
        window.addEventListener(name, listener, { capture: true, signal: ending.signal });
      on("pointermove", (moved) => {
        if (!began && Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < START_PX) return;
        began = true;
        document.documentElement.dataset["dragging"] = "page";
        paneDrop.value = dropAt(root, pane, moved.clientX, moved.clientY);
      });
      on("pointerup", () => end(true));
      on("pointercancel", () => end(false));
      on("keydown", (pressed) => {
        if (pressed.key !== "Escape" || !began) return;
        pressed.stopPropagation();
        end(false);
      });
    },
  };
}

function dropAt(root: HTMLElement, pane: PaneName, x: number, y: number): { style: string; then: Dock } | null {
  const now = dock.peek();
  const around = root.getBoundingClientRect();
  const under = document.elementFromPoint(x, y);
  const style = (left: number, top: number, width: number, height: number): string =>
    `left:${left - around.left}px;top:${top - around.top}px;width:${width}px;height:${height}px`;
  const head = under?.closest<HTMLElement>("[data-group]");
  if (head) {
    const other = groupOf(now, head.dataset["group"] as PaneName);
    const tabs = [...head.querySelectorAll<HTMLElement>("[data-tab]")].filter((tab) => tab.dataset["tab"] !== pane);
    const next = tabs.find((tab) => x < tab.getBoundingClientRect().left + tab.offsetWidth / 2);
    const end = next?.getBoundingClientRect().left ?? tabs[tabs.length - 1]?.getBoundingClientRect().right ?? head.getBoundingClientRect().left;
    const rect = head.getBoundingClientRect();
    return { style: style(end - 1, rect.top + 4, 2, rect.height - 8), then: joinPane(now, pane, other, (next?.dataset["tab"] as PaneName | undefined) ?? null) };
  }
  const body = under?.closest<HTMLElement>("[data-pane]");
  if (!body || !root.contains(body)) return null;
  const other = groupOf(now, body.dataset["pane"] as PaneName);
  const { left, top, width, height } = body.getBoundingClientRect();
  if (x < left + SIDE * width) return { style: style(left, top, width / 2, height), then: besidePane(now, pane, other, "left") };
  if (x > left + (1 - SIDE) * width) return { style: style(left + width / 2, top, width / 2, height), then: besidePane(now, pane, other, "right") };
  return { style: style(left, top, width, height), then: joinPane(now, pane, other) };
}
