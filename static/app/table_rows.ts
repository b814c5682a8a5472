/** The rows of a table in the order that is asked for: those of a frame from the server, others from what is here. */
import { useEffect, useMemo } from "preact/hooks";
import { FrameRows, type Row } from "./frame_rows.ts";
import type { Instance } from "./instance.ts";
import type { Json } from "./protocol.ts";
import type { Query, Table } from "./table.ts";
import { foundRows } from "./table_sorting.ts";

export interface TableRows {
  /** How many were found. */
  found: number;
  row(place: number): Row | undefined;
  /** Say which are in view. */
  want(start: number, end: number): void;
  /** Whether these are still rows of the order before. */
  waiting: boolean;
  problem: string;
}

const SEEN_COLUMNS = 50;
const SEEN_CHARACTERS = 200;

/**
 * Names a record in a payload: its place, and what is seen there, by which the runtime finds it where it stands when
 * the event arrives. The twin of runtime/seen_records.py.
 */
export function recordAt(table: Table, { position, cells }: Row): { record_index: number; seen: Json[]; count: number } {
  const seen = cells.slice(0, SEEN_COLUMNS).map((cell) => {
    if (typeof cell === "string") return cell.length > SEEN_CHARACTERS ? [...cell].slice(0, SEEN_CHARACTERS).join("") : cell;
    return typeof cell === "object" ? null : cell;
  });
  return { record_index: position, seen, count: table.total };
}

export function useTableRows(c: Instance, table: Table, query: Query): TableRows {
  const remote = useMemo(() => new FrameRows((wanted) => c.readRows(wanted)), [c]);
  useEffect(() => () => remote.close(), [remote]);
  const isHere = table.version === null || table.rows.length >= table.total;
  const order = useMemo(() => (isHere ? foundRows(table, query) : []), [isHere, table, query]);
  if (isHere) {
    const row = (place: number): Row | undefined => {
      const position = order[place];
      return position === undefined ? undefined : { position, cells: table.rows[position] ?? [] };
    };
    return { found: order.length, row, want: () => undefined, waiting: false, problem: "" };
  }
  remote.show(table, query);
  void remote.changed.value;
  return {
    found: remote.found,
    row: (place) => remote.row(place),
    want: (start, end) => remote.want(start, end),
    waiting: remote.waiting,
    problem: remote.problem,
  };
}
