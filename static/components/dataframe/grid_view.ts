/** What the parts of a grid know of its columns; a value, made anew when one of them changes. */
import type { Json } from "../../app/protocol.ts";
import type { Column } from "../../app/table.ts";
import type { ColumnWindow } from "../../app/table_columns.ts";

/** Columns of the grid beside those of the data: before them, and one after. */
export type Lead = "check" | "index";

export interface GridView {
  columns: readonly Column[];
  /** Positions of the data's columns that are shown, in order. */
  shown: readonly number[];
  window: ColumnWindow;
  leads: readonly Lead[];
  actions: readonly (readonly [string, string])[];
  clamped: boolean;
  disabled: boolean;
}

export const CHECK_WIDTH = 40;

/** How many columns the grid has. */
export function gridColumns({ leads, shown, actions }: GridView): number {
  return leads.length + shown.length + (actions.length > 0 ? 1 : 0);
}

/** The columns of each row for CSS: those before the data's, what is left out, those in view, what is left. */
export function tracksOf({ leads, window: { first, end, before, after }, actions }: GridView, widths: readonly number[], index: number, actionsWidth: number): string {
  const drawn = widths.slice(first, end).map((width) => `${width}px`);
  const ahead = leads.map((lead) => `${lead === "check" ? CHECK_WIDTH : index}px`);
  return [...ahead, `${before}px`, ...drawn, `minmax(${after}px, 1fr)`, ...(actions.length > 0 ? [`${actionsWidth}px`] : [])].join(" ");
}

/** The position in the data of a column of the grid; `null` where it is none of the data's. */
export function dataColumn({ leads, shown }: GridView, column: number): number | null {
  return shown[column - leads.length] ?? null;
}

/** What is on its way to a handler, by row and column. */
export type Pending = ReadonlyMap<string, Json>;

export const pendingKey = (position: number, column: number): string => `${position}/${column}`;
