/** The columns of a grid as a person has set them, and which of them are drawn. */
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Table } from "../../app/table.ts";
import { type ColumnWindow, columnWindow, filling, firstLayout, type Layout, resized, shownColumns, widthOf } from "../../app/table_columns.ts";

export interface Columns {
  layout: Layout;
  change(to: (layout: Layout) => Layout): void;
  /** Give the column at `position` of the table a width, in pixels; the others stay as wide as they are. */
  resize(position: number, width: number): void;
  /** Positions of those that are shown, and how wide each is. */
  shown: readonly number[];
  widths: readonly number[];
  window: ColumnWindow;
  follow(): void;
  /** Scroll no further than needed for the shown column at `place` to be in view. */
  show(place: number): void;
}

/** `around`: how wide columns are that always stand at the left and the right. `all`: none is left out. */
export function useColumns(scroller: RefObject<HTMLElement | null>, table: Table, around: [number, number], all: boolean): Columns {
  const keys = JSON.stringify(table.columns.map(({ key }) => key));
  const [kept, keep] = useState<{ keys: string; layout: Layout } | null>(null);
  const first = useMemo(() => firstLayout(table.columns.length), [keys]);
  const layout = kept?.keys === keys ? kept.layout : first;
  const shown = useMemo(() => shownColumns(layout), [layout]);
  const [room, measure] = useState(0);
  const widths = useMemo(() => {
    const needed = shown.map((position) => (table.columns[position] ? widthOf(table.columns[position], position, layout) : 0));
    return filling(needed, shown, layout, room - around[0] - around[1]);
  }, [shown, layout, table.columns, room, around[0], around[1]]);
  const [{ left, view }, look] = useState({ left: 0, view: 1_200 });
  const drawn = columnWindow(widths, left, all ? Infinity : view);
  const last = useRef(drawn);
  const same = last.current.first === drawn.first && last.current.end === drawn.end && last.current.before === drawn.before && last.current.after === drawn.after;
  // The same one while nothing is different: rows compare it.
  if (!same) last.current = drawn;

  const follow = () => {
    const element = scroller.current;
    if (!element) return;
    const [now, width] = [Math.abs(element.scrollLeft), element.clientWidth];
    element.classList.toggle("aside", now > 0);
    look((before) => {
      if (before.view === width && before.left === now) return before;
      const next = columnWindow(widths, now, width);
      const { first: from, end } = columnWindow(widths, before.left, before.view);
      return next.first === from && next.end === end ? before : { left: now, view: width };
    });
  };

  const show = (place: number) => {
    const element = scroller.current;
    if (!element || place < 0 || place >= widths.length) return;
    const begins = widths.slice(0, place).reduce((sum, width) => sum + width, 0);
    const room = element.clientWidth - around[0] - around[1];
    const most = begins + (widths[place] ?? 0) - room;
    if (element.scrollLeft > begins) element.scrollLeft = begins;
    else if (element.scrollLeft < most) element.scrollLeft = Math.min(begins, most);
    follow();
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const size = () => {
      measure(element.clientWidth);
      follow();
    };
    const watching = new ResizeObserver(size);
    watching.observe(element);
    return () => watching.disconnect();
  }, [widths]);

  const change = (to: (layout: Layout) => Layout) => keep((before) => ({ keys, layout: to(before?.keys === keys ? before.layout : first) }));
  const resize = (position: number, width: number) =>
    change((before) => {
      const widthsNow = new Map([...before.widths, ...shown.map((each, place) => [each, widths[place] ?? 0] as const)]);
      return resized({ ...before, widths: widthsNow }, position, width);
    });
  return { layout, change, resize, shown, widths, window: last.current, follow, show };
}
