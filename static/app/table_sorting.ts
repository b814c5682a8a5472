/** The order in which a table's rows are shown. */
import type { Json } from "./protocol.ts";
import type { Table } from "./table.ts";

export interface Sorting {
  column: number;
  direction: "ascending" | "descending";
}

/** What a press on a column's name does: ascending, descending, as they come. */
export function nextSorting(before: Sorting | null, column: number): Sorting | null {
  if (before?.column !== column) return { column, direction: "ascending" };
  return before.direction === "ascending" ? { column, direction: "descending" } : null;
}

/** Positions of rows in the order in which they are shown. Equal ones keep theirs, empty cells stand last. */
export function sortedRows({ rows }: Table, sorting: Sorting | null): number[] {
  const order = rows.map((_, i) => i);
  if (!sorting) return order;
  const cell = (row: number): Json => rows[row]?.[sorting.column] ?? null;
  const sign = sorting.direction === "ascending" ? 1 : -1;
  return order.sort((a, b) => {
    const [left, right] = [cell(a), cell(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compared(left, right);
  });
}

const words = new Intl.Collator(undefined, { numeric: true });

function compared(a: Json, b: Json): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return words.compare(String(a), String(b));
}
