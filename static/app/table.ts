/** What a dataframe shows: columns and cells, from a frame, a list of records or a mapping of columns. */
import { keysOf } from "./changes.ts";
import type { Filter, Json } from "./protocol.ts";
import { asFrame, type Frame } from "./scope.ts";
import { asText } from "./expressions.ts";

export type CellType = "number" | "text" | "category" | "boolean" | "date" | "other";

export interface Column {
  name: string;
  /** Its key in a record: the name, with a number where that occurs again. */
  key: string;
  type: CellType;
  /** In letters, by what stands in it. */
  width: number;
  /** Of categories, if there are few. */
  choices: readonly string[] | null;
}

export interface Table {
  columns: Column[];
  rows: readonly (readonly Json[])[];
  /** How many rows there are where these come from. */
  total: number;
  /** That of a frame, whose further rows can be asked for. */
  version: string | null;
}

export interface Sorting {
  column: number;
  direction: "ascending" | "descending";
}

/** Which rows are shown, in which order. A row that is found holds all words of `search`, in whatever columns, and passes all filters. */
export interface Query {
  sorting: Sorting | null;
  search: string;
  filters: readonly Filter[];
}

export const ALL_ROWS: Query = { sorting: null, search: "", filters: [] };

export function sameQuery(a: Query, b: Query): boolean {
  const sameSorting = a.sorting?.column === b.sorting?.column && a.sorting?.direction === b.sorting?.direction;
  return sameSorting && a.search === b.search && (a.filters === b.filters || JSON.stringify(a.filters) === JSON.stringify(b.filters));
}

/** What of a query stands in a request for rows. */
export function asked({ sorting, search, filters }: Query) {
  return { sort: sorting?.column ?? null, descending: sorting?.direction === "descending", search, filters: [...filters] };
}

/** The twin of `unique_names` in runtime/records.py. */
export function uniqueNames(names: readonly string[]): string[] {
  const found = new Set<string>();
  return names.map((name) => {
    let [unique, number] = [name, 1];
    while (found.has(unique)) unique = `${name} (${++number})`;
    found.add(unique);
    return unique;
  });
}

// Widths and types are judged by so many rows; more would cost time and tell nothing new.
const SAMPLE = 200;
const NARROWEST = 6;
const WIDEST = 44;

export function tableOf(value: Json): Table {
  const frame = asFrame(value) ?? fromRecords(value) ?? fromColumns(value);
  const { columns, rows, total } = frame ?? { columns: [], rows: [], total: 0 };
  const keys = uniqueNames(columns.map(({ name }) => name));
  return {
    columns: columns.map(({ name, type, choices = null }, i) => ({
      ...measured(name, type, rows.slice(0, SAMPLE).map((row) => row[i] ?? null)),
      key: keys[i] ?? name,
      choices,
    })),
    rows,
    total: Math.max(total, rows.length),
    version: frame?.version ?? null,
  };
}

/** Whether a text is wider than its column may be. */
export function hasLongTexts({ columns }: Table): boolean {
  return columns.some(({ width }) => width >= WIDEST);
}

/** A cell as text. */
export function cellText(value: Json, type: CellType): string {
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(12)));
  if (type === "date" && typeof value === "string") return dateText(value);
  return asText(value);
}

/** `2026-03-14T09:30:00` as `2026-03-14 09:30`, midnight as the day alone. */
function dateText(iso: string): string {
  const [day = "", time = ""] = iso.split("T");
  if (!time || /^00:00(:00(\.0+)?)?$/.test(time)) return day;
  return `${day} ${time.replace(/^(\d{2}:\d{2}):00(\.0+)?(?=$|Z|[+-])/, "$1")}`;
}

function fromRecords(value: Json): Frame | null {
  if (!Array.isArray(value)) return null;
  if (!value.every((each) => each !== null && typeof each === "object" && !Array.isArray(each))) {
    return { columns: [{ name: "value", type: "" }], rows: value.map((each) => [each]), total: value.length };
  }
  const records = value as { [key: string]: Json }[];
  const names = [...new Set(records.flatMap((record) => keysOf(record)))];
  const rows = records.map((record) => names.map((name) => (Object.hasOwn(record, name) ? (record[name] as Json) : null)));
  return { columns: names.map((name) => ({ name, type: "" })), rows, total: rows.length };
}

function fromColumns(value: Json): Frame | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const names = keysOf(value);
  const columns = names.map((name) => {
    const column = value[name] as Json;
    if (Array.isArray(column)) return column;
    return column !== null && typeof column === "object" ? Object.values(column) : [column];
  });
  const length = Math.max(0, ...columns.map((column) => column.length));
  const rows = Array.from({ length }, (_, i) => columns.map((column) => column[i] ?? null));
  return { columns: names.map((name) => ({ name, type: "" })), rows, total: length };
}

function measured(name: string, declared: string, cells: readonly Json[]): Pick<Column, "name" | "type" | "width"> {
  const type = isCellType(declared) ? declared : typeOf(cells);
  const longest = cells.reduce<number>((most, cell) => Math.max(most, cellText(cell, type).length), name.length + 1);
  return { name, type, width: Math.min(WIDEST, Math.max(NARROWEST, longest)) };
}

const isCellType = (type: string): type is CellType => ["number", "text", "category", "boolean", "date", "other"].includes(type);

export const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

function typeOf(cells: readonly Json[]): CellType {
  const known = cells.filter((cell) => cell !== null);
  if (known.length === 0) return "text";
  if (known.every((cell) => typeof cell === "number")) return "number";
  if (known.every((cell) => typeof cell === "boolean")) return "boolean";
  if (known.every((cell) => typeof cell === "string" && ISO_DATE.test(cell))) return "date";
  return known.every((cell) => typeof cell === "string") ? "text" : "other";
}
