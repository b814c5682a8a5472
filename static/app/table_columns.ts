/** How wide a table's columns are, in which order they stand, and which of them are in view. */
import type { Column } from "./table.ts";

/** What a person has made of the columns; all by position in the table. */
export interface Layout {
  order: readonly number[];
  hidden: ReadonlySet<number>;
  /** In pixels, of those that were dragged or fitted. */
  widths: ReadonlyMap<number, number>;
}

export const NARROWEST = 48;
export const WIDEST = 1_200;
// A letter's width on average, and the space at both sides of a text.
const LETTER = 8.2;
const AROUND_TEXT = 36;
// A name has two marks beside it: how the column is sorted, and the button of its panel.
const AROUND_NAME = 72;
// So far beside the view columns are drawn too: a step to the side finds them there.
const BESIDE = 160;

export function firstLayout(columns: number): Layout {
  return { order: Array.from({ length: columns }, (_, i) => i), hidden: new Set(), widths: new Map() };
}

/** Positions of the columns that are shown, in order. */
export function shownColumns({ order, hidden }: Layout): number[] {
  return order.filter((column) => !hidden.has(column));
}

export function widthOf({ name, width }: Column, position: number, { widths }: Layout): number {
  const named = Math.min(name.length, width) * LETTER + AROUND_NAME;
  return widths.get(position) ?? Math.round(Math.max(width * LETTER + AROUND_TEXT, named));
}

/** `widths` of `columns`, those wider that nobody has set, until together they are `room` wide. */
export function filling(widths: readonly number[], columns: readonly number[], { widths: set }: Layout, room: number): readonly number[] {
  const isFree = (place: number) => !set.has(columns[place] ?? -1);
  const whole = widths.reduce((sum, width) => sum + width, 0);
  const free = widths.reduce((sum, width, place) => sum + (isFree(place) ? width : 0), 0);
  if (whole >= room || free === 0) return widths;
  return widths.map((width, place) => (isFree(place) ? Math.floor(width * (1 + (room - whole) / free)) : width));
}

/** A column gets a width, and the others keep those that they have: the edge stays where the pointer holds it. */
export function resized(layout: Layout, column: number, width: number): Layout {
  const widths = new Map(layout.widths).set(column, Math.round(Math.min(WIDEST, Math.max(NARROWEST, width))));
  return { ...layout, widths };
}

export function hide(layout: Layout, column: number): Layout {
  return { ...layout, hidden: new Set(layout.hidden).add(column) };
}

export function showAll(layout: Layout): Layout {
  return { ...layout, hidden: new Set() };
}

/** The column one place further among those that are shown. */
export function moved(layout: Layout, column: number, by: -1 | 1): Layout {
  const shown = shownColumns(layout);
  const other = shown[shown.indexOf(column) + by];
  if (other === undefined) return layout;
  const order = layout.order.map((each) => (each === column ? other : each === other ? column : each));
  return { ...layout, order };
}

/** The part of the columns that is drawn, as places in what is shown; and how wide what is left out is. */
export interface ColumnWindow {
  first: number;
  end: number;
  before: number;
  after: number;
}

/** Where all are drawn, `view` is infinite. */
export function columnWindow(widths: readonly number[], left: number, view: number): ColumnWindow {
  let [first, before] = [0, 0];
  const whole = widths.reduce((sum, width) => sum + width, 0);
  while (first < widths.length - 1 && before + (widths[first] ?? 0) < left - BESIDE) before += widths[first++] ?? 0;
  let [end, right] = [first, before];
  while (end < widths.length && (right < left + view + BESIDE || end === first)) right += widths[end++] ?? 0;
  return { first, end, before, after: whole - right };
}
