/** A row of a grid, and its cells: of these there are hundreds, so they are made by a function and heard by the grid. */
import { Check, Minus } from "lucide";
import { Component, type ComponentChild } from "preact";
import type { Row } from "../../app/frame_rows.ts";
import { Icon } from "../../app/icon.tsx";
import type { Json } from "../../app/protocol.ts";
import { cellText, type CellType } from "../../app/table.ts";
import type { Span } from "../../app/table_selection.ts";
import { type GridView, type Pending, pendingKey } from "./grid_view.ts";

const count = new Intl.NumberFormat(undefined);

interface GridRowProps {
  place: number;
  /** `undefined`: it is on its way. */
  row: Row | undefined;
  /** Where in the body the row stands, in pixels; `undefined`: below the one before it. */
  top: number | undefined;
  view: GridView;
  /** The widths of its columns. Not inherited: then each cell's style would be looked up when one of them changes. */
  tracks: string;
  /** `null`: rows can't be selected. */
  selected: boolean | null;
  /** The grid's column that has the focus; `null`: none of this row. */
  active: number | null;
  /** The grid's columns that are marked for copying. */
  marked: Span | null;
  pending: Pending;
  /** What stands in the active cell while it is edited. */
  editor: ComponentChild;
}

/** Scrolling brings and takes a few rows; those between them are not compared cell by cell. */
export class GridRow extends Component<GridRowProps> {
  override shouldComponentUpdate(next: GridRowProps): boolean {
    const now = this.props;
    const sameRow = next.row?.cells === now.row?.cells && next.row?.position === now.row?.position && next.place === now.place && next.top === now.top;
    const sameMarks = next.selected === now.selected && next.active === now.active && next.marked?.from === now.marked?.from && next.marked?.to === now.marked?.to;
    return !sameRow || !sameMarks || next.view !== now.view || next.tracks !== now.tracks || next.pending !== now.pending || next.editor !== now.editor;
  }

  override render({ place, row, top, view, tracks, selected, active, marked, pending, editor }: GridRowProps) {
    const { columns, shown, window: { first, end }, leads, actions, clamped, disabled } = view;
    const drawn: ComponentChild[] = [];
    const tab = (column: number) => (active === column ? 0 : undefined);
    leads.forEach((lead, i) => {
      const name = `lead ${lead}${i === leads.length - 1 ? " edge" : ""}${marked && marked.from <= i && i <= marked.to ? " marked" : ""}`;
      drawn.push(
        <td key={lead} role="gridcell" class={lead === "index" ? `number index ${name}` : name} aria-colindex={i + 1} tabIndex={tab(i)}>
          {row && (lead === "index" ? count.format(row.position + 1) : <input type="checkbox" class="box" tabIndex={-1} checked={selected ?? false} disabled={disabled} aria-label={`Select row ${count.format(row.position + 1)}`} />)}
        </td>,
      );
    });
    for (let i = first; i < end; i++) {
      const position = shown[i] ?? 0;
      const column = i + leads.length;
      const type = columns[position]?.type ?? "text";
      const isActive = active === column;
      const isMarked = marked !== null && marked.from <= column && column <= marked.to;
      const more = i === first ? " first" : "";
      if (!row) {
        drawn.push(<td key={position} role="gridcell" class={type + more} aria-colindex={column + 1} tabIndex={tab(column)} />);
      } else if (isActive && editor) {
        drawn.push(<td key={position} role="gridcell" class={`editing${more}`} aria-colindex={column + 1}>{editor}</td>);
      } else {
        const key = pendingKey(row.position, position);
        const isPending = pending.size > 0 && pending.has(key);
        const value = isPending ? (pending.get(key) ?? null) : (row.cells[position] ?? null);
        drawn.push(cell(value, type, clamped, position, column + 1, tab(column), more + (isMarked ? " marked" : "") + (isPending ? " pending" : "")));
      }
    }
    if (actions.length > 0) {
      const column = leads.length + shown.length;
      drawn.push(
        <td key="actions" role="gridcell" class="actions" aria-colindex={column + 1} tabIndex={tab(column)}>
          {row &&
            actions.map(([action, label]) => (
              <button key={action} type="button" class="button small secondary" tabIndex={-1} disabled={disabled} data-action={action} aria-label={`${label}, row ${count.format(row.position + 1)}`}>
                {label}
              </button>
            ))}
        </td>,
      );
    }
    const name = `${row ? "" : "coming"}${selected ? " selected" : ""}`;
    return (
      <tr role="row" aria-rowindex={place + 2} aria-selected={selected ?? undefined} class={name} style={{ top: top === undefined ? undefined : `${top}px`, gridTemplateColumns: tracks }}>
        {drawn}
      </tr>
    );
  }
}

function cell(value: Json, type: CellType, clamped: boolean, key: number, index: number, tabIndex: number | undefined, more: string) {
  if (typeof value === "boolean") {
    return (
      <td key={key} role="gridcell" class={`boolean${more}`} aria-colindex={index} tabIndex={tabIndex}>
        <Icon icon={value ? Check : Minus} class={value ? "" : "quiet"} />
        <span class="visually-hidden">{value ? "yes" : "no"}</span>
      </td>
    );
  }
  const text = cellText(value, type);
  return (
    <td key={key} role="gridcell" class={(typeof value === "number" ? "number" : type) + more} aria-colindex={index} tabIndex={tabIndex} title={text.length > 40 ? text.slice(0, 1_000) : undefined}>
      {clamped ? <div class="clamp">{text}</div> : text}
    </td>
  );
}
