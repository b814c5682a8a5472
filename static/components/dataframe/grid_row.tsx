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
  view: GridView;
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
    const sameRow = next.row?.cells === now.row?.cells && next.row?.position === now.row?.position && next.place === now.place;
    const sameMarks = next.selected === now.selected && next.active === now.active && next.marked?.from === now.marked?.from && next.marked?.to === now.marked?.to;
    return !sameRow || !sameMarks || next.view !== now.view || next.pending !== now.pending || next.editor !== now.editor;
  }

  override render({ place, row, view, selected, active, marked, pending, editor }: GridRowProps) {
    const { columns, shown, window: { first, end, before, after }, leads, actions, clamped, disabled } = view;
    const drawn: ComponentChild[] = [];
    const tab = (column: number) => (active === column ? 0 : undefined);
    leads.forEach((lead, i) => {
      const name = `lead ${lead}${i === leads.length - 1 ? " edge" : ""}${marked && marked.from <= i && i <= marked.to ? " marked" : ""}`;
      drawn.push(
        <td key={lead} class={lead === "index" ? `number index ${name}` : name} aria-colindex={i + 1} tabIndex={tab(i)}>
          {row && (lead === "index" ? count.format(row.position + 1) : <input type="checkbox" class="box" tabIndex={-1} checked={selected ?? false} disabled={disabled} aria-label={`Select row ${count.format(row.position + 1)}`} />)}
        </td>,
      );
    });
    if (before > 0) drawn.push(<td key="before" class="space" aria-hidden="true" />);
    for (let i = first; i < end; i++) {
      const position = shown[i] ?? 0;
      const column = i + leads.length;
      const type = columns[position]?.type ?? "text";
      const isActive = active === column;
      const isMarked = marked !== null && marked.from <= column && column <= marked.to;
      if (!row) {
        drawn.push(<td key={position} class={type} aria-colindex={column + 1} tabIndex={tab(column)}><span class="coming-cell" /></td>);
      } else if (isActive && editor) {
        drawn.push(<td key={position} class="editing" aria-colindex={column + 1}>{editor}</td>);
      } else {
        const key = pendingKey(row.position, position);
        const isPending = pending.size > 0 && pending.has(key);
        const value = isPending ? (pending.get(key) ?? null) : (row.cells[position] ?? null);
        drawn.push(cell(value, type, clamped, position, column + 1, tab(column), (isMarked ? " marked" : "") + (isPending ? " pending" : "")));
      }
    }
    if (after > 0) drawn.push(<td key="after" class="space" aria-hidden="true" />);
    drawn.push(<td key="rest" class="rest" aria-hidden="true" />);
    if (actions.length > 0) {
      const column = leads.length + shown.length;
      drawn.push(
        <td key="actions" class="actions" aria-colindex={column + 1} tabIndex={tab(column)}>
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
      <tr aria-rowindex={place + 2} aria-selected={selected ?? undefined} class={name}>
        {drawn}
      </tr>
    );
  }
}

function cell(value: Json, type: CellType, clamped: boolean, key: number, index: number, tabIndex: number | undefined, more: string) {
  if (typeof value === "boolean") {
    return (
      <td key={key} class={`boolean${more}`} aria-colindex={index} tabIndex={tabIndex}>
        <Icon icon={value ? Check : Minus} class={value ? "" : "quiet"} />
        <span class="visually-hidden">{value ? "yes" : "no"}</span>
      </td>
    );
  }
  const text = cellText(value, type);
  return (
    <td key={key} class={(typeof value === "number" ? "number" : type) + more} aria-colindex={index} tabIndex={tabIndex} title={text.length > 40 ? text.slice(0, 1_000) : undefined}>
      {clamped ? <div class="clamp">{text}</div> : text}
    </td>
  );
}

export function Space({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true">
      <td class="space" colSpan={span} style={{ height: `${height}px` }} />
    </tr>
  );
}
