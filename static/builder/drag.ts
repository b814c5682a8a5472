/** Dragging components: from the palette, the tree and the canvas, onto tree or canvas. */
import { signal } from "@preact/signals";
import { newComponent, find, refusal, wordsFor, type Place } from "./changes.ts";
import { add, chosenWith, copyTo, flushDrafts, move } from "./edits.ts";
import { refusalOfAll } from "./groups.ts";
import { clipped, contains, landing, type Box, type Landing, type Point } from "./hit_test.ts";
import type { Component, Rect } from "./protocol.ts";
import { catalogue, current, taken } from "./store.ts";

export type Dragged = { kind: "new"; type: string } | { kind: "existing"; id: string; type: string };

/** A surface to drop on. Boxes and areas are in the window's coordinates. */
export interface Surface {
  area(): Rect | null;
  boxes(page: Component): Map<string, Box>;
  /** Scroll when the pointer is near an edge; whether it is. */
  scroll(point: Point): boolean;
  /** What is closed there and opens for whoever waits above it, such as a tab. */
  closedAt?(point: Point): string | null;
  open?(id: string): void;
}

export interface Target {
  surface: string;
  place: Place;
  line: Rect;
  /** The parent's box, outlined when it refuses. */
  parent: Rect;
  words: string;
  refused: string | null;
}

export interface DragState {
  dragged: Dragged;
  point: Point;
  copy: boolean;
  target: Target | null;
  /** Begun in the previewed page, which keeps the pointer until the end. */
  inFrame: boolean;
}

export const drag = signal<DragState | null>(null);
const surfaces = new Map<string, Surface>();
const START_PX = 4;
// Longer than one takes to pass over a tab on the way to somewhere else.
const OPEN_MS = 350;
let frame = 0;
let above: { surface: Surface; id: string; timer: number } | null = null;

function waitAbove(closed: { surface: Surface; id: string } | null): void {
  if (above && above.surface === closed?.surface && above.id === closed.id) return;
  clearTimeout(above?.timer);
  above = closed && { ...closed, timer: window.setTimeout(() => closed.surface.open?.(closed.id), OPEN_MS) };
}

export function registerSurface(name: string, surface: Surface): () => void {
  surfaces.set(name, surface);
  return () => surfaces.delete(name);
}

export function beginDrag(dragged: Dragged, point: Point, inFrame = false): void {
  flushDrafts();
  drag.value = { dragged, point, copy: false, target: null, inFrame };
  document.documentElement.dataset["dragging"] = inFrame ? "frame" : "page";
}

/** Alt was pressed or let go while the pointer rests. */
export function copyInstead(copy: boolean): void {
  const now = drag.peek();
  if (now && now.copy !== copy) moveDrag(now.point, copy);
}

/** The target follows in the next frame, so that a fast pointer costs one hit-test a frame. */
export function moveDrag(point: Point, copy: boolean): void {
  const now = drag.peek();
  if (!now) return;
  drag.value = { ...now, point, copy };
  aimSoon();
}

function aimSoon(): void {
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    aim();
  });
}

function aim(): void {
  const now = drag.peek();
  if (!now) return;
  let closed: { surface: Surface; id: string } | null = null;
  for (const surface of surfaces.values()) {
    const area = surface.area();
    const id = area && contains(area, now.point) ? (surface.closedAt?.(now.point) ?? null) : null;
    if (id !== null) closed = { surface, id };
    // A pointer that rests at an edge goes on scrolling.
    if (area && contains(area, now.point) && surface.scroll(now.point)) aimSoon();
  }
  waitAbove(closed);
  drag.value = { ...now, target: targetAt(now.dragged, now.point, now.copy) };
}

export function cancelDrag(): void {
  waitAbove(null);
  drag.value = null;
  delete document.documentElement.dataset["dragging"];
}

export function dropDrag(point: Point, copy: boolean): void {
  const now = drag.peek();
  const page = current.peek()?.page;
  // While it is still known what is dragged: surfaces ask for it.
  const target = now && targetAt(now.dragged, point, copy);
  cancelDrag();
  if (!now || !page || !target || target.refused) return;
  if (now.dragged.kind === "new") {
    void add(newComponent(now.dragged.type, catalogue.peek(), taken.peek()), target.place);
    return;
  }
  if (copy) void copyTo(now.dragged.id, target.place);
  else void move(now.dragged.id, target.place);
}

export function targetAt(dragged: Dragged, point: Point, copy: boolean): Target | null {
  const page = current.peek()?.page;
  if (!page) return null;
  for (const [name, surface] of surfaces) {
    const area = surface.area();
    if (!area || !contains(area, point)) continue;
    const moving = dragged.kind === "existing" && !copy ? dragged.id : null;
    const boxes = surface.boxes(page);
    const found = landing(boxes, page.id, point, moving);
    return found && describe(page, name, area, boxes, found, dragged, moving);
  }
  return null;
}

function describe(page: Component, surface: string, area: Rect, boxes: Map<string, Box>, found: Landing, dragged: Dragged, moving: string | null): Target {
  const place = { parent: found.parent, index: found.index };
  const parent = find(page, found.parent);
  const refused =
    moving === null ? refusal(catalogue.peek(), parent?.type ?? "", dragged.type) : refusalOfAll(page, chosenWith(moving), found.parent, catalogue.peek());
  return {
    surface,
    place,
    line: found.line,
    parent: clipped(boxes.get(found.parent)!.rect, area),
    words: refused ?? wordsFor(page, place, moving, catalogue.peek()),
    refused,
  };
}

/** Pointer handlers that start a drag from an element of ours once the pointer has moved a little. */
export function dragSource(what: () => Dragged | null): { onPointerDown: (event: PointerEvent) => void } {
  return {
    onPointerDown(event) {
      const dragged = event.button === 0 && event.isPrimary ? what() : null;
      if (!dragged || (event.target as Element).closest("input, [data-no-drag]")) return;
      const source = event.currentTarget as HTMLElement;
      const start = { x: event.clientX, y: event.clientY };
      const pointer = event.pointerId;
      let began = false;
      const onMove = (moved: PointerEvent): void => {
        if (moved.pointerId !== pointer) return;
        const point = { x: moved.clientX, y: moved.clientY };
        if (!began) {
          if (Math.hypot(point.x - start.x, point.y - start.y) < START_PX) return;
          began = true;
          source.setPointerCapture(pointer);
          beginDrag(dragged, point);
        }
        moveDrag(point, moved.altKey);
      };
      const end = (ended: PointerEvent): void => {
        if (ended.pointerId !== pointer) return;
        stop();
        if (!began) return;
        // Where Escape has ended the drag before, the button that comes up means nothing.
        if (drag.peek() && ended.type === "pointerup") dropDrag({ x: ended.clientX, y: ended.clientY }, ended.altKey);
        cancelDrag();
        swallowClick();
      };
      const key = (pressed: KeyboardEvent): void => {
        if (pressed.key !== "Escape" || !drag.peek()) return;
        pressed.stopPropagation();
        cancelDrag();
      };
      const stop = (): void => {
        window.removeEventListener("pointermove", onMove);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", end);
        window.removeEventListener("keydown", key, true);
      };
      window.addEventListener("pointermove", onMove);
      window.addEventListener("pointerup", end);
      window.addEventListener("pointercancel", end);
      window.addEventListener("keydown", key, true);
    },
  };
}

/** The click that follows belongs to the drag. */
function swallowClick(): void {
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
