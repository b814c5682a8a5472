/**
 * One cell of a grid has the focus, or would get it: roving, as the ARIA authoring practices have it. A cell that
 * is scrolled away leaves the focus to the grid around it, and takes it back when it is drawn again.
 */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { At } from "../../app/grid_keys.ts";
import { type Span, span } from "../../app/table_selection.ts";

export interface Focus {
  at: At;
  /** Go there; `extend`: what lies between is marked. */
  go(to: At, extend?: boolean): void;
  /** Rows and columns that are marked, more than one cell; else `null`. */
  marked: { rows: Span; columns: Span } | null;
  mark(from: At, to: At): void;
  /** The focus has come to this cell, by whatever way. */
  note(to: At): void;
  /** After the next drawing, the cell gets the focus. */
  want(): void;
}

const INTERACTIVE = "button.head-name, input, select";

export function useFocus(scroller: RefObject<HTMLElement | null>, first: At): Focus {
  const [at, setAt] = useState<At | null>(null);
  const [corner, setCorner] = useState<At | null>(null);
  const wanted = useRef(false);
  const here = at ?? first;
  const held = scroller.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const active = document.activeElement;
    // Rows that are scrolled away are written anew, with the focus in them.
    const stands = active?.closest("tbody [aria-colindex]");
    const isOther = stands?.getAttribute("aria-colindex") !== `${here.column + 1}` || stands.parentElement?.getAttribute("aria-rowindex") !== `${here.row + 2}`;
    const isLost = held && (active === document.body || active === element || (stands && element.contains(stands) && isOther));
    if (!wanted.current && !isLost) return;
    wanted.current = false;
    const cell = element.querySelector<HTMLElement>(`tr[aria-rowindex="${here.row + 2}"] > [aria-colindex="${here.column + 1}"]`);
    if (!cell) return element.focus({ preventScroll: true });
    if (cell.contains(active) && cell !== active) return;
    const inner = here.row < 0 ? cell.querySelector<HTMLElement>(INTERACTIVE) : null;
    (inner ?? cell).focus({ preventScroll: true });
  });
  return {
    at: here,
    go: (to, extend = false) => {
      setCorner(extend ? (corner ?? here) : null);
      setAt(to);
      wanted.current = true;
    },
    marked: corner && (corner.row !== here.row || corner.column !== here.column) ? { rows: span(corner.row, here.row), columns: span(corner.column, here.column) } : null,
    mark: (from, to) => {
      setCorner(from);
      setAt(to);
      wanted.current = true;
    },
    note: (to) => {
      if (to.row === here.row && to.column === here.column) return;
      setCorner(null);
      setAt(to);
    },
    want: () => (wanted.current = true),
  };
}
