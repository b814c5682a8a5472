/** Messages between the Builder and the agent in the previewed page: another origin, so checked on both ends. */
import { effect } from "@preact/signals";
import { openDefaultHandler } from "./code.ts";
import { beginDrag, cancelDrag, drag, dropDrag, moveDrag, type Surface } from "./drag.ts";
import { find, refusal } from "./changes.ts";
import { clipboardStroke, insert } from "./edits.ts";
import { type Box, contains, type Point } from "./hit_test.ts";
import { pressed } from "./keys.ts";
import type { Component, FromAgent, Rect, ToAgent } from "./protocol.ts";
import { catalogue, current, hovered, layout, ownSession, pageKey, select, selected, selectedIds, selectMore, shortId, showPage, useApp } from "./store.ts";

const EDGE_PX = 36;
const STEP_PX = 14;

export interface Preview {
  frame: HTMLIFrameElement;
  /** How much smaller than true the frame is drawn. */
  scale: number;
}

let preview: Preview | null = null;
let origin = "";
/** The page that the frame shows, as its agent said last. */
let framePage = "";
/** Pages that the frame was asked to show and has not said that it does, the newest at the end. */
let asked: string[] = [];
/** Selected on the canvas itself: it is in view. */
let picked: string | null = null;
/** Selected elsewhere, perhaps just added: to be brought into view once the frame shows it. */
let toReveal: string | null = null;

export function setPreview(next: Preview | null, url: string): void {
  preview = next;
  origin = url ? new URL(url, location.href).origin : "";
}

/** Keys mean the canvas from here on. */
export function focusFrame(): void {
  preview?.frame.focus();
}

export function tell(message: ToAgent): void {
  // Before it has said that it is there, the frame may not even be of its origin.
  if (origin && (framePage || message.type === "connect")) preview?.frame.contentWindow?.postMessage({ mainspring: 1, ...message }, origin);
}

/** A rectangle of the frame's own viewport, in the window's coordinates. */
export function toWindow(rect: Rect): Rect {
  const frame = preview?.frame.getBoundingClientRect();
  if (!preview || !frame) return rect;
  const { scale } = preview;
  return { x: frame.left + rect.x * scale, y: frame.top + rect.y * scale, width: rect.width * scale, height: rect.height * scale };
}

export function startAgentLink(): void {
  window.addEventListener("message", (event: MessageEvent<FromAgent & { mainspring?: number }>) => {
    if (event.source !== preview?.frame.contentWindow || event.origin !== origin || event.data?.mainspring !== 1) return;
    receive(event.data);
  });
  effect(() => {
    const id = selected.value;
    tell({ type: "select", ids: [...selectedIds.value] });
    toReveal = id !== picked && id !== current.peek()?.page.id ? id : null;
    revealIfShown();
  });
  effect(() => tell({ type: "use", on: useApp.value }));
  effect(() => {
    const key = pageKey.value;
    if (framePage && key && key !== (asked.at(-1) ?? framePage)) askFor(key);
  });
}

function askFor(key: string): void {
  asked.push(key);
  tell({ type: "page", key });
}

/** The frame shows another page: because it was asked to, or since somebody went there in the app. */
function turned(key: string): void {
  framePage = key;
  asked = asked.slice(asked.indexOf(key) + 1 || asked.length);
  // Where more was asked for meanwhile, this one is only passed.
  if (asked.length === 0 && key !== pageKey.peek()) showPage(key);
}

function revealIfShown(): void {
  const now = layout.peek();
  const item = now?.items.find((each) => each.id === toReveal);
  if (!now || !item) return;
  toReveal = null;
  const { y, height } = item.rect;
  if (y < 0 || y + Math.min(height, now.height) > now.height) tell({ type: "reveal", id: item.id });
}

function receive(message: FromAgent): void {
  switch (message.type) {
    case "ready":
      framePage = message.page;
      asked = [];
      tell({ type: "use", on: useApp.peek() });
      tell({ type: "select", ids: [...selectedIds.peek()] });
      if (pageKey.peek() && pageKey.peek() !== message.page) askFor(pageKey.peek());
      tell({ type: "measure" });
      break;
    case "session":
      ownSession.value = shortId(message.id);
      break;
    case "layout":
      layout.value = message;
      revealIfShown();
      break;
    case "picked":
      picked = message.id;
      if (message.additive) selectMore(message.id);
      else select(message.id);
      break;
    case "opened":
      select(message.id);
      void openDefaultHandler(message.id);
      break;
    case "hovered":
      hovered.value = message.id;
      break;
    case "add": {
      const page = current.peek()?.page;
      const parent = page && find(page, message.parent);
      if (parent) void insert(message.child, { parent: parent.id, index: parent.children?.length ?? 0 });
      break;
    }
    case "page":
      turned(message.key);
      break;
    case "key":
      if (drag.peek() && message.key === "Escape") cancelDrag();
      else if ((message.ctrl || message.meta) && !message.alt && /^[cxv]$/i.test(message.key)) void clipboardStroke(message.key.toLowerCase() as "c");
      else pressed(message, true);
      break;
    case "drag":
      dragged(message);
      break;
  }
}

function dragged(message: Extract<FromAgent, { type: "drag" }>): void {
  const page = current.peek()?.page;
  const component = page && find(page, message.id);
  const at = toWindow({ x: message.x, y: message.y, width: 0, height: 0 });
  const point = { x: at.x, y: at.y };
  if (message.phase === "start" && component && component.type !== "page") {
    if (!selectedIds.peek().includes(component.id)) select(component.id);
    beginDrag({ kind: "existing", id: component.id, type: component.type }, point, true);
  } else if (message.phase === "move") moveDrag(point, message.alt);
  else if (message.phase === "drop") dropDrag(point, message.alt);
  else if (message.phase === "cancel") cancelDrag();
}

/** The canvas as a place to drop on. */
export function canvasSurface(area: () => Rect | null): Surface {
  return {
    area,
    boxes(page) {
      const boxes = new Map<string, Box>();
      const rects = new Map(layout.peek()?.items.map((item) => [item.id, item]));
      const handles = new Map(layout.peek()?.handles.map(({ id, rect }) => [id, toWindow(rect)]));
      const dragged = drag.peek()?.dragged.type ?? "";
      const around = area();
      const collect = (component: Component, parent: Component | null): void => {
        const item = rects.get(component.id);
        const type = catalogue.peek()[component.type];
        const children = component.children ?? [];
        const handle = handles.get(component.id);
        // The page takes whatever misses its content, wherever that ends; a tab that isn't open has its button only.
        const rect = item ? toWindow(item.rect) : component === page ? around : (handle ?? null);
        if (rect) {
          // Among tabs, another tab lands between their buttons; all else lands in the tab.
          const besides = parent === null || refusal(catalogue.peek(), parent.type, dragged) === null;
          const isPlace = !item && parent !== null && besides;
          boxes.set(component.id, {
            id: component.id,
            rect,
            ...(handle ? { handle } : {}),
            axis: children.some(({ id }) => handles.has(id)) ? "horizontal" : (item?.axis ?? type?.axis ?? "vertical"),
            container: type ? type.children !== "none" && !isPlace : false,
            children: children.map((child) => child.id),
            // Beside a tab or a column only its like can stand.
            margin: besides ? 6 : 0,
          });
        }
        children.forEach((child) => collect(child, component));
      };
      collect(page, null);
      return boxes;
    },
    closedAt(point: Point) {
      const shown = layout.peek();
      const items = new Set(shown?.items.map(({ id }) => id));
      return shown?.handles.find(({ id, rect }) => !items.has(id) && contains(toWindow(rect), point))?.id ?? null;
    },
    open(id: string) {
      tell({ type: "open", id });
    },
    scroll(point: Point) {
      const rect = area();
      // A drag that began in the frame is the agent's own, and so is its scrolling.
      if (!rect || drag.peek()?.inFrame) return false;
      const by = point.y < rect.y + EDGE_PX ? -STEP_PX : point.y > rect.y + rect.height - EDGE_PX ? STEP_PX : 0;
      if (by) tell({ type: "scroll", x: 0, y: by });
      return by !== 0;
    },
  };
}
