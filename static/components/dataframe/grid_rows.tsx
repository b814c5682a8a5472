/** The body of a grid: the rows that are drawn. Those that are scrolled away are written anew, not made anew. */
import type { ComponentChild } from "preact";
import type { Scrolling } from "../../app/row_window.ts";
import type { TableRows } from "../../app/table_rows.ts";
import type { Edited } from "./use_editing.ts";
import { GridRow } from "./grid_row.tsx";
import type { GridView, Pending } from "./grid_view.ts";
import type { Focus } from "./use_focus.ts";

interface GridRowsProps {
  rows: TableRows;
  scrolling: Scrolling;
  view: GridView;
  tracks: string;
  /** `null`: rows can't be selected. */
  selected: ReadonlySet<number> | null;
  focus: Focus;
  pending: Pending;
  edited: Edited | null;
  editor: ComponentChild;
}

export function GridRows({ rows, scrolling: { start, end, before, after, rowHeight, most }, view, tracks, selected, focus: { at, marked }, pending, edited, editor }: GridRowsProps) {
  const drawn: ComponentChild[] = [];
  for (let place = start; place < end; place++) {
    const row = rows.row(place);
    const isMarked = marked !== null && marked.rows.from <= place && place <= marked.rows.to;
    const isEdited = edited !== null && at.row === place && row?.position === edited.row.position;
    drawn.push(
      <GridRow
        key={place % most}
        place={place}
        row={row}
        top={rowHeight === null ? undefined : before + (place - start) * rowHeight}
        view={view}
        tracks={tracks}
        selected={selected === null ? null : row !== undefined && selected.has(row.position)}
        active={at.row === place ? at.column : null}
        marked={isMarked ? marked.columns : null}
        pending={pending}
        editor={isEdited ? editor : null}
      />,
    );
  }
  return (
    <tbody role="rowgroup" style={rowHeight === null ? undefined : { height: `${before + (end - start) * rowHeight + after}px` }}>
      {drawn}
    </tbody>
  );
}
