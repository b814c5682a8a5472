/**
 * Which rows of a long table are in the page: those in view and some around them.
 *
 * Browsers have a tallest element, and a million rows are taller. So the element is `tallest` at most: near its
 * ends and for small steps a pixel of it is a pixel of the table, and between them a long way, such as a drag of
 * the scroll bar, is stretched.
 */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export const ROW_HEIGHT = 36;
/** Of rows with wrapped texts: three lines. */
export const WRAPPED_HEIGHT = 76;
const AROUND = 12;
// Rows are drawn anew after so many: not each pixel draws the table.
const STEP = 4;
// Chromium's tallest element has 33,554,432 px, Firefox's 17,895,698.
const TALLEST = 6_000_000;
const UNSTRETCHED_ENDS = 100_000;
// Wheels and keys move less at once, the scroll bar more.
const NEAR = 2_000;

/** The table's height, that of the element that stands for it, and how much of it is in view. */
export interface Heights {
  full: number;
  element: number;
  view: number;
}

/** `top`: the table's pixel at the top of the view. `scrollTop`: the element's. */
export interface Place {
  top: number;
  scrollTop: number;
}

export interface RowWindow {
  start: number;
  end: number;
  /** Heights in the element of what is left out above and below. */
  before: number;
  after: number;
}

export function heightsOf(rows: number, rowHeight: number, view: number): Heights {
  const full = rows * rowHeight;
  return { full, element: Math.min(full, TALLEST), view };
}

/** Where the element stands when the table is at `top`. */
export function anchored(top: number, { full, element, view }: Heights): number {
  const last = Math.max(0, full - view);
  if (full <= element) return Math.min(Math.max(0, top), last);
  const lowest = element - view;
  if (top <= UNSTRETCHED_ENDS) return Math.max(0, top);
  if (top >= last - UNSTRETCHED_ENDS) return Math.min(lowest, lowest - (last - top));
  return UNSTRETCHED_ENDS + ((top - UNSTRETCHED_ENDS) * (lowest - 2 * UNSTRETCHED_ENDS)) / (last - 2 * UNSTRETCHED_ENDS);
}

/** Where the table is when the element stands at `scrollTop`. */
export function stretched(scrollTop: number, { full, element, view }: Heights): number {
  const last = Math.max(0, full - view);
  if (full <= element) return Math.min(Math.max(0, scrollTop), last);
  const lowest = element - view;
  if (scrollTop <= UNSTRETCHED_ENDS) return Math.max(0, scrollTop);
  if (scrollTop >= lowest - UNSTRETCHED_ENDS) return Math.min(last, last - (lowest - scrollTop));
  return UNSTRETCHED_ENDS + ((scrollTop - UNSTRETCHED_ENDS) * (last - 2 * UNSTRETCHED_ENDS)) / (lowest - 2 * UNSTRETCHED_ENDS);
}

/** Where the table is after its element was scrolled; a `scrollTop` other than the one given is to be set. */
export function scrolled(before: Place, scrollTop: number, heights: Heights): Place {
  const { full, element, view } = heights;
  if (full <= element) return { top: scrollTop, scrollTop };
  const step = scrollTop - before.scrollTop;
  if (Math.abs(step) > NEAR) return { top: stretched(scrollTop, heights), scrollTop };
  const last = full - view;
  const top = Math.min(last, Math.max(0, before.top + step));
  // Small steps lead away from where the element should stand; at an end of either that must be put right.
  const atEnd = top === 0 || top === last || scrollTop <= 0 || scrollTop >= element - view - 1;
  return { top, scrollTop: atEnd ? anchored(top, heights) : scrollTop };
}

export function rowWindow({ top, scrollTop }: Place, rows: number, rowHeight: number, heights: Heights): RowWindow {
  const { element, view } = heights;
  // So much further up than in the table each row stands in the element.
  const shift = top - scrollTop;
  const first = Math.floor(top / rowHeight / STEP) * STEP - AROUND;
  const start = Math.max(0, Math.ceil(shift / rowHeight), Math.min(first, rows - AROUND));
  const most = Math.floor((element + shift) / rowHeight + 1e-9);
  const end = Math.max(start, Math.min(rows, most, first + mostDrawn(view, rowHeight)));
  const above = start * rowHeight - shift;
  return { start, end, before: above, after: Math.max(0, element - above - (end - start) * rowHeight) };
}

function mostDrawn(view: number, rowHeight: number): number {
  return STEP + 2 * AROUND + Math.ceil(view / rowHeight);
}

export interface Scrolling extends RowWindow {
  /** `null`: as high as what stands in it. */
  rowHeight: number | null;
  /** No window has more rows than these. */
  most: number;
  follow(): void;
  /** Scroll no further than needed for the whole row to be in view. */
  show(row: number): void;
  toTop(): void;
  /** How many rows are in view at once. */
  page: number;
}

/** `rowHeight` is `null` where rows have the heights of what stands in them: then all are drawn. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, rows: number, rowHeight: number | null, headHeight: number): Scrolling {
  const height = rowHeight ?? ROW_HEIGHT;
  const place = useRef<Place>({ top: 0, scrollTop: 0 });
  const [, redraw] = useState("");
  const [view, setView] = useState(600);
  const heights = heightsOf(rows, height, view);
  const drawn = rowWindow(place.current, rows, height, heights);

  const go = (next: Place) => {
    const element = scroller.current;
    if (!element) return;
    if (next.scrollTop !== element.scrollTop) {
      element.scrollTop = next.scrollTop;
      // Elements stand at whole device pixels only.
      next = { top: next.top, scrollTop: element.scrollTop };
    }
    place.current = next;
    const { start, end, before } = rowWindow(next, rows, height, heights);
    redraw(`${start} ${end} ${before}`);
  };

  const follow = () => {
    const element = scroller.current;
    if (element) go(scrolled(place.current, element.scrollTop, heights));
  };

  const show = (row: number) => {
    const element = scroller.current;
    if (!element || row < 0) return;
    if (rowHeight === null) return void element.querySelector(`tr[aria-rowindex="${row + 2}"]`)?.scrollIntoView({ block: "nearest" });
    const before = place.current;
    const last = Math.max(0, heights.full - heights.view);
    const lowest = Math.min(last, row * height);
    const top = Math.min(lowest, Math.max(before.top, (row + 1) * height - heights.view));
    if (top === before.top) return;
    // A step keeps to pixels; a jump, and what comes to an end, stands where the element stands for it.
    const near = Math.abs(top - before.top) <= NEAR && top > 0 && top < last;
    const scrollTop = near ? Math.min(heights.element - view, Math.max(0, before.scrollTop + top - before.top)) : anchored(top, heights);
    go({ top, scrollTop });
  };

  const page = Math.max(1, Math.floor(view / height) - 1);
  const toTop = () => go({ top: 0, scrollTop: 0 });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const seen = Math.max(height, element.clientHeight - headHeight);
    if (seen !== view) setView(seen);
    // There may be fewer rows than before, or the browser has moved the element because it became shorter.
    const top = Math.min(place.current.top, Math.max(0, heights.full - seen));
    const unstretched = heights.full <= heights.element && place.current.scrollTop !== place.current.top;
    if (top !== place.current.top || unstretched) go({ top, scrollTop: anchored(top, heights) });
  }, [rows, height, view, headHeight]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const watching = new ResizeObserver(() => setView(Math.max(height, element.clientHeight - headHeight)));
    watching.observe(element);
    return () => watching.disconnect();
  }, [height, headHeight]);

  const how = { rowHeight, show, toTop, page };
  if (rowHeight === null) return { start: 0, end: rows, before: 0, after: 0, most: rows, follow: () => undefined, ...how };
  return { ...drawn, most: mostDrawn(view, height), follow, ...how };
}
