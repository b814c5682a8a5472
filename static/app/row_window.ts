/** Which rows of a long table are in the page: those in view and some around them. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export const ROW_HEIGHT = 36;
const AROUND = 12;
// Rows of different heights can't be skipped by counting, so of those a limited number is shown whole.
const MOST_WRAPPED = 1_000;

export interface RowWindow {
  start: number;
  end: number;
  /** Heights of what is left out above and below. */
  before: number;
  after: number;
}

export function rowWindow(top: number, height: number, rows: number): RowWindow {
  const start = Math.max(0, Math.min(Math.floor(top / ROW_HEIGHT) - AROUND, rows - AROUND));
  const end = Math.max(start, Math.min(rows, Math.ceil((top + height) / ROW_HEIGHT) + AROUND));
  return { start, end, before: start * ROW_HEIGHT, after: (rows - end) * ROW_HEIGHT };
}

export function useRowWindow(scroller: RefObject<HTMLElement | null>, rows: number, wrapped: boolean): RowWindow & { follow(): void } {
  const [view, setView] = useState({ top: 0, height: 600 });
  const follow = () => {
    const element = scroller.current;
    if (!element) return;
    // Steps of some rows: not each pixel draws the table anew.
    const top = Math.floor(element.scrollTop / (ROW_HEIGHT * 4)) * ROW_HEIGHT * 4;
    if (top !== view.top || element.clientHeight > view.height) setView({ top, height: Math.max(600, element.clientHeight) });
  };
  useLayoutEffect(follow, [rows]);
  if (wrapped) return { start: 0, end: Math.min(rows, MOST_WRAPPED), before: 0, after: 0, follow };
  return { ...rowWindow(view.top, view.height, rows), follow };
}
