/** What of a grid goes to the clipboard: the marked cells, else the selected rows, else the cell with the focus. */
import type { Row } from "../../app/frame_rows.ts";
import type { At } from "../../app/grid_keys.ts";
import type { Json } from "../../app/protocol.ts";
import { tsv } from "../../app/table_csv.ts";
import type { Span } from "../../app/table_selection.ts";
import { dataColumn, type GridView } from "./grid_view.ts";

interface Copied {
  text: string;
  /** What was copied, in words. */
  said: string;
}

interface Copying {
  view: GridView;
  at: At;
  marked: { rows: Span; columns: Span } | null;
  selected: ReadonlySet<number> | null;
  row(place: number): Row | undefined;
  found: number;
}

/** `null`: there is nothing to copy. Of rows that are not in the page, nobody knows the cells here. */
export function copied({ view, at, marked, selected, row, found }: Copying): Copied | null {
  const wholeRows = !marked && selected !== null && selected.size > 0;
  const columns = marked ? range(marked.columns).map((column) => dataColumn(view, column)).filter((column) => column !== null) : wholeRows ? view.shown : [dataColumn(view, at.column)].filter((column) => column !== null);
  const wanted = marked ? range(marked.rows).filter((place) => place >= 0) : wholeRows ? range({ from: 0, to: found - 1 }) : at.row >= 0 ? [at.row] : [];
  const rows = wanted.map(row).filter((each) => each !== undefined);
  const chosen = wholeRows ? rows.filter(({ position }) => selected.has(position)) : rows;
  if (columns.length === 0 || chosen.length === 0) return null;
  const asked = wholeRows ? selected.size : wanted.length;
  const missing = asked - chosen.length;
  const said = `Copied ${chosen.length} ${chosen.length === 1 ? "row" : "rows"}${missing > 0 ? `; ${missing} that were not in view are missing` : ""}`;
  const text = tsv(chosen.map(({ cells }) => columns.map((column) => plain(cells[column] ?? null))));
  return { text, said: marked || wholeRows ? said : "Copied the cell" };
}

/** The value, not how it is shown: no digit is lost. */
function plain(value: Json): string {
  return value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

function range({ from, to }: Span): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
