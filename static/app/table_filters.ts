/** Filters of columns, for rows that are here; the server does the same for its own (runtime/frame_filters.py). */
import type { Filter, Json } from "./protocol.ts";
import { cellText, type CellType, type Table } from "./table.ts";

export function noFilter(column: number): Filter {
  return { column, text: "", low: null, high: null, choices: null, empty: "" };
}

/** Whether it asks for anything. */
export function isSet({ text, low, high, choices, empty }: Filter): boolean {
  return text !== "" || low !== null || high !== null || choices !== null || empty !== "";
}

/** `filters` with `filter` in the place of its column's. */
export function withFilter(filters: readonly Filter[], filter: Filter): Filter[] {
  const others = filters.filter(({ column }) => column !== filter.column);
  return isSet(filter) ? [...others, filter].sort((a, b) => a.column - b.column) : others;
}

/** An empty cell passes only where nothing but empty ones is asked for. */
export function passes({ rows, columns }: Table, row: number, { column, text, low, high, choices, empty }: Filter): boolean {
  const cell = rows[row]?.[column] ?? null;
  if (empty === "only") return cell === null;
  if (cell === null) return false;
  const shown = filterText(cell, columns[column]?.type ?? "text");
  if (text && !shown.includes(text.toLowerCase())) return false;
  if (choices && !choices.some((choice) => choice.toLowerCase() === shown)) return false;
  return (low === null || compared(cell, low) >= 0) && (high === null || compared(cell, high) <= 0);
}

function filterText(cell: Json, type: CellType): string {
  return (typeof cell === "boolean" ? String(cell) : cellText(cell, type)).toLowerCase();
}

/** A bound that is a day means the whole day. */
function compared(cell: Json, bound: number | string): number {
  if (typeof bound === "number") return typeof cell === "number" ? cell - bound : Number.NaN;
  const text = String(cell).slice(0, bound.length <= 10 ? 10 : undefined);
  return text < bound ? -1 : Number(text > bound);
}
