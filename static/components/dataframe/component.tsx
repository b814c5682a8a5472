/** A table. Only rows in view are in the page, so long ones scroll as well as short ones; those of a frame come from the server. */
import { ArrowDown, ArrowUp, Check, Minus, Search } from "lucide";
import { Component } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useDerived } from "../../app/hooks.ts";
import type { Row } from "../../app/frame_rows.ts";
import { Icon } from "../../app/icon.tsx";
import type { Props } from "../../app/page.tsx";
import type { Json } from "../../app/protocol.ts";
import { ROW_HEIGHT, useRowWindow, WRAPPED_HEIGHT } from "../../app/row_window.ts";
import { ALL_ROWS, cellText, type CellType, type Column, hasLongTexts, type Query, sameQuery, tableOf } from "../../app/table.ts";
import { useTableRows } from "../../app/table_rows.ts";
import { nextSorting } from "../../app/table_sorting.ts";

const count = new Intl.NumberFormat(undefined);
const HEAD_HEIGHT = 37;
// Rows of different heights can't be skipped by counting: so many are drawn whole, of more each has three lines.
const MOST_WRAPPED = 200;
const TYPING_MS = 200;
// Shorter tables are counted at a glance.
const COUNTED = 20;

export function render({ c }: Props) {
  const table = useDerived(() => tableOf(c.value("data").value), [c]).value;
  const searchable = c.flag("search");
  const [asked, ask] = useState<Query>(ALL_ROWS);
  const query = fitting(asked, table.columns.length, searchable);
  const rows = useTableRows(c, table, query);
  const scroller = useRef<HTMLDivElement>(null);
  const wrap = c.flag("wrap_text");
  const clamped = wrap && table.total > MOST_WRAPPED && hasLongTexts(table);
  const natural = wrap && table.total <= MOST_WRAPPED;
  const scrolling = useRowWindow(scroller, rows.found, natural ? null : clamped ? WRAPPED_HEIGHT : ROW_HEIGHT, HEAD_HEIGHT);
  useLayoutEffect(() => rows.want(scrolling.start, scrolling.end), [scrolling.start, scrolling.end, rows]);
  const last = useRef(query);
  useLayoutEffect(() => {
    if (!sameQuery(last.current, query)) scrolling.toTop();
    last.current = query;
  });
  const numbered = c.flag("show_index");
  const label = c.text("label").value;
  // One column more than there is data takes what is left of the width, so that numbers stay near their names.
  const spans = table.columns.length + (numbered ? 2 : 1);
  const places = Array.from({ length: scrolling.end - scrolling.start }, (_, i) => scrolling.start + i);
  return (
    <div {...c.root("dataframe")}>
      {(label || searchable) && (
        <div class="table-head">
          {label && <span class="label">{label}</span>}
          {searchable && <SearchBox label={label} onSearch={(search) => ask((before) => ({ ...before, search }))} />}
        </div>
      )}
      <div
        class="table-scroll"
        ref={scroller}
        style={{ maxHeight: `${Math.max(80, c.number("max_height") ?? 420)}px` }}
        tabIndex={0}
        role={label ? "region" : "group"}
        aria-label={label || "Table"}
        onScroll={scrolling.follow}
        onKeyDown={(event) => {
          if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
          if (scrolling.key(event.key)) event.preventDefault();
        }}
      >
        <table aria-rowcount={rows.found + 1} aria-busy={rows.waiting} class={[(natural || clamped) && "wrapped", clamped && "clamped", rows.waiting && "waiting"].filter(Boolean).join(" ")}>
          <colgroup>
            {numbered && <col style={{ width: `${String(table.total).length + 4}ch` }} />}
            {table.columns.map(({ width }, i) => (
              <col key={i} style={{ width: `calc(${width}ch + 28px)` }} />
            ))}
            <col />
          </colgroup>
          {table.columns.length > 0 && (
            <thead>
              <tr aria-rowindex={1}>
                {numbered && <th class="number" scope="col"><span class="visually-hidden">Row</span></th>}
                {table.columns.map((column, i) => (
                  <Head
                    key={i}
                    column={column}
                    direction={query.sorting?.column === i ? query.sorting.direction : null}
                    onSort={() => ask((before) => ({ ...before, sorting: nextSorting(query.sorting, i) }))}
                  />
                ))}
                <th aria-hidden="true" />
              </tr>
            </thead>
          )}
          <tbody>
            {scrolling.before > 0 && <Space height={scrolling.before} span={spans} />}
            {places.map((place) => (
              <TableRow key={place} place={place} row={rows.row(place)} columns={table.columns} numbered={numbered} clamped={clamped} />
            ))}
            {scrolling.after > 0 && <Space height={scrolling.after} span={spans} />}
          </tbody>
        </table>
        {rows.found === 0 && !rows.waiting && <p class="table-empty">{table.total === 0 ? c.text("empty_text") : `No row holds “${query.search}”.`}</p>}
      </div>
      {rows.problem && <p class="error" role="alert">The rows can't be shown: {rows.problem}</p>}
      {(searchable || table.total > COUNTED) && (
        <p class="help table-count" role="status">
          {rows.found < table.total && `${count.format(rows.found)} of `}
          {count.format(table.total)} {table.total === 1 ? "row" : "rows"}
        </p>
      )}
    </div>
  );
}

/** What is asked for, as far as this table has it. */
function fitting({ sorting, search }: Query, columns: number, searchable: boolean): Query {
  return { sorting: sorting && sorting.column < columns ? sorting : null, search: searchable ? search : "" };
}

function SearchBox({ label, onSearch }: { label: string; onSearch: (search: string) => void }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (text: string, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(text.trim().slice(0, 200)), ms);
  };
  return (
    <span class="table-search">
      <Icon icon={Search} />
      <input
        class="input"
        type="search"
        placeholder="Search"
        autocomplete="off"
        aria-label={label ? `Search ${label}` : "Search the table"}
        onInput={(event) => search(event.currentTarget.value, TYPING_MS)}
        onKeyDown={(event) => event.key === "Enter" && !event.isComposing && search(event.currentTarget.value, 0)}
      />
    </span>
  );
}

function Head({ column: { name, type }, direction, onSort }: { column: Column; direction: "ascending" | "descending" | null; onSort: () => void }) {
  return (
    <th class={type} scope="col" aria-sort={direction ?? "none"}>
      <button type="button" onClick={onSort}>
        <span>{name}</span>
        {direction && <Icon icon={direction === "ascending" ? ArrowUp : ArrowDown} />}
      </button>
    </th>
  );
}

interface RowProps {
  place: number;
  /** `undefined`: it is on its way. */
  row: Row | undefined;
  columns: readonly Column[];
  numbered: boolean;
  clamped: boolean;
}

/** Scrolling brings and takes a few rows; those between them are not compared cell by cell. */
class TableRow extends Component<RowProps> {
  override shouldComponentUpdate({ place, row, columns, numbered, clamped }: RowProps): boolean {
    const now = this.props;
    const sameRow = row?.cells === now.row?.cells && row?.position === now.row?.position && place === now.place;
    return !sameRow || columns !== now.columns || numbered !== now.numbered || clamped !== now.clamped;
  }

  override render({ place, row, columns, numbered, clamped }: RowProps) {
    return (
      <tr aria-rowindex={place + 2} class={row ? "" : "coming"}>
        {numbered && <td class="number index">{row && count.format(row.position + 1)}</td>}
        {columns.map(({ type }, i) => (row ? cell(row.cells[i] ?? null, type, clamped, i) : <td key={i} class={type}><span class="coming-cell" /></td>))}
        <td aria-hidden="true" />
      </tr>
    );
  }
}

/** A function, not a component: of cells there are thousands. */
function cell(value: Json, type: CellType, clamped: boolean, key: number) {
  if (typeof value === "boolean") {
    return (
      <td key={key} class="boolean">
        <Icon icon={value ? Check : Minus} class={value ? "" : "quiet"} />
        <span class="visually-hidden">{value ? "yes" : "no"}</span>
      </td>
    );
  }
  const text = cellText(value, type);
  return (
    <td key={key} class={typeof value === "number" ? "number" : type} title={text.length > 40 ? text.slice(0, 1_000) : undefined}>
      {clamped ? <div class="clamp">{text}</div> : text}
    </td>
  );
}

function Space({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true">
      <td class="space" colSpan={span} style={{ height: `${height}px` }} />
    </tr>
  );
}
