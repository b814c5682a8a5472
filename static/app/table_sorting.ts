/** Which rows of a table that is here are shown, in which order. What is on the server, it sorts and searches itself. */
import type { Json } from "./protocol.ts";
import { cellText, type Query, type Sorting, type Table } from "./table.ts";
import { passes } from "./table_filters.ts";

/** What a press on a column's name does: ascending, descending, as they come. */
export function nextSorting(before: Sorting | null, column: number): Sorting | null {
  if (before?.column !== column) return { column, direction: "ascending" };
  return before.direction === "ascending" ? { column, direction: "descending" } : null;
}

/** Positions of the rows that are found, in the order in which they are shown. Equal ones keep theirs, empty cells stand last. */
export function foundRows(table: Table, { sorting, search, filters }: Query): number[] {
  const { rows } = table;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const order = rows.map((_, i) => i).filter((i) => words.every((word) => holds(table, i, word)) && filters.every((each) => passes(table, i, each)));
  if (!sorting) return order;
  const cell = (row: number): Json => rows[row]?.[sorting.column] ?? null;
  const sign = sorting.direction === "ascending" ? 1 : -1;
  return order.sort((a, b) => {
    const [left, right] = [cell(a), cell(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compared(left, right);
  });
}

function holds({ rows, columns }: Table, row: number, word: string): boolean {
  const cells = rows[row] ?? [];
  return columns.some(({ type }, i) => typeof cells[i] !== "boolean" && cellText(cells[i] ?? null, type).toLowerCase().includes(word));
}

const natural = new Intl.Collator(undefined, { numeric: true });

function compared(a: Json, b: Json): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return natural.compare(String(a), String(b));
}
