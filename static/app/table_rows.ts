/** The rows of a table in the order that is asked for: those of a frame from the server, others from what is here. */
import { useEffect, useMemo } from "preact/hooks";
import { FrameRows, type Row } from "./frame_rows.ts";
import type { Instance } from "./instance.ts";
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
