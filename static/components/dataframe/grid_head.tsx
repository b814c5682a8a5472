/** The head of a grid: a column's name sorts, its button opens what else there is, its edge is dragged. */
import { ArrowDown, ArrowUp, ListFilter } from "lucide";
import { useRef } from "preact/hooks";
import { Icon } from "../../app/icon.tsx";
import type { Column, Query, Sorting } from "../../app/table.ts";
import { gridColumns, type GridView } from "./grid_view.ts";

interface GridHeadProps {
  view: GridView;
  tracks: string;
  /** Of the data's columns that are shown. */
  widths: readonly number[];
  /** The grid's column that has the focus here, or would get it. */
  active: number | null;
  query: Query;
  /** Whether columns sort and filter. */
  works: boolean;
  /** Position of the column whose panel is open. */
  open: number | null;
  selectsAll: boolean;
  allSelected: boolean;
  onSelectAll(all: boolean): void;
  onSort(position: number): void;
  onOpen(place: number): void;
  onWidth(position: number, width: number): void;
  onFit(place: number): void;
}

export function GridHead({ view, tracks, widths, active, query, works, open, selectsAll, allSelected, onSelectAll, onSort, onOpen, onWidth, onFit }: GridHeadProps) {
  const { columns, shown, window, leads, actions, disabled } = view;
  const last = gridColumns(view) - 1;
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
        {leads.map((lead, i) => (
          <th key={lead} role="columnheader" class={`lead ${lead}${i === leads.length - 1 ? " edge" : ""}`} aria-colindex={i + 1} tabIndex={(lead === "index" || !selectsAll) && active === i ? 0 : undefined}>
            {lead === "index" || !selectsAll ? (
              <span class="visually-hidden">{lead === "index" ? "Row" : "Selected"}</span>
            ) : (
              <input
                type="checkbox"
                class="box"
                aria-label="Select all rows"
                tabIndex={active === i ? 0 : -1}
                disabled={disabled}
                checked={allSelected}
                onChange={({ currentTarget }) => onSelectAll(currentTarget.checked)}
              />
            )}
          </th>
        ))}
        {shown.slice(window.first, window.end).map((position, i) => {
          const [place, column] = [window.first + i, columns[position]];
          if (!column) return null;
          return (
            <HeadCell
              key={position}
              column={column}
              index={place + leads.length}
              first={i === 0}
              active={active === place + leads.length}
              direction={query.sorting?.column === position ? query.sorting.direction : null}
              filtered={query.filters.some((each) => each.column === position)}
              works={works}
              open={open === position}
              width={widths[place] ?? 100}
              onSort={() => onSort(position)}
              onOpen={() => onOpen(place)}
              onWidth={(width) => onWidth(position, width)}
              onFit={() => onFit(place)}
            />
          );
        })}
        {actions.length > 0 && (
          <th role="columnheader" class="actions" aria-colindex={last + 1} tabIndex={active === last ? 0 : undefined}>
            <span class="visually-hidden">Actions</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

interface HeadCellProps {
  column: Column;
  index: number;
  /** Of those of the data that are drawn. */
  first: boolean;
  active: boolean;
  direction: Sorting["direction"] | null;
  filtered: boolean;
  /** Whether it sorts and filters. */
  works: boolean;
  open: boolean;
  width: number;
  onSort(): void;
  onOpen(): void;
  onWidth(width: number): void;
  onFit(): void;
}

function HeadCell({ column: { name, type }, index, first, active, direction, filtered, works, open, width, onSort, onOpen, onWidth, onFit }: HeadCellProps) {
  const tabIndex = active ? 0 : -1;
  return (
    <th role="columnheader" class={`${type}${first ? " first" : ""}${filtered ? " filtered" : ""}`} aria-colindex={index + 1} aria-sort={direction ?? "none"} tabIndex={works || !active ? undefined : 0}>
      {works ? (
        <button type="button" class="head-name" tabIndex={tabIndex} aria-keyshortcuts="Alt+ArrowDown Shift+ArrowLeft Shift+ArrowRight" onClick={onSort}>
          <span>{name}</span>
          {direction && <Icon icon={direction === "ascending" ? ArrowUp : ArrowDown} />}
        </button>
      ) : (
        <span class="head-name">
          <span>{name}</span>
        </span>
      )}
      {works && (
        <button type="button" class="head-more" tabIndex={-1} aria-label={`Filter and more: ${name}${filtered ? ", filtered" : ""}`} aria-haspopup="dialog" aria-expanded={open} onClick={onOpen}>
          <Icon icon={ListFilter} />
        </button>
      )}
      <Edge width={width} onWidth={onWidth} onFit={onFit} />
    </th>
  );
}

/** For pointers; keys have Shift with an arrow, and the column's panel has a number. */
function Edge({ width, onWidth, onFit }: Pick<HeadCellProps, "width" | "onWidth" | "onFit">) {
  const start = useRef<{ x: number; width: number } | null>(null);
  return (
    <span
      class="head-edge"
      aria-hidden="true"
      onPointerDown={(event) => {
        start.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={({ clientX }) => start.current && onWidth(start.current.width + clientX - start.current.x)}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
      onDblClick={onFit}
    />
  );
}
