/**
 * The grid of a dataframe. Only rows and columns in view are in the page, so large tables scroll as well as small
 * ones; rows of a frame come from the server. What can be done with it follows from which events have a handler.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useDerived } from "../../app/hooks.ts";
import { optionsOf } from "../../app/options.ts";
import type { Props } from "../../app/page.tsx";
import { useRowWindow, WRAPPED_HEIGHT } from "../../app/row_window.ts";
import { ALL_ROWS, hasLongTexts, type Query, sameQuery, tableOf } from "../../app/table.ts";
import { hide, moved, showAll } from "../../app/table_columns.ts";
import { noFilter, withFilter } from "../../app/table_filters.ts";
import { recordAt, useTableRows } from "../../app/table_rows.ts";
import { nextSorting } from "../../app/table_sorting.ts";
import { notify } from "../../app/notices.tsx";
import { CellEditor, type Then } from "./cell_editor.tsx";
import { kindOf } from "./cell_values.ts";
import { ColumnPanel } from "./column_panel.tsx";
import { fittingWidth } from "./column_width.ts";
import { download } from "./downloading.ts";
import { GridHead } from "./grid_head.tsx";
import { GridRows } from "./grid_rows.tsx";
import { Foot, Tools } from "./grid_tools.tsx";
import { CHECK_WIDTH, dataColumn, gridColumns, type GridView, type Lead, tracksOf } from "./grid_view.ts";
import { copied } from "./copying.ts";
import { useGestures } from "./gestures.ts";
import { RecordForm } from "./record_form.tsx";
import { useColumns } from "./use_columns.ts";
import { useEditing } from "./use_editing.ts";
import { useFocus } from "./use_focus.ts";
import { useSelection } from "./use_selection.ts";

const HEAD_HEIGHT = 37;
const ROW_HEIGHTS: Readonly<Record<string, number>> = { compact: 28, normal: 36, roomy: 48 };
// Rows of different heights can't be skipped by counting: so many are drawn whole, of more each has three lines.
const MOST_WRAPPED = 200;
// Shorter tables are counted at a glance.
const COUNTED = 20;
// Texts of which there are no more are chosen from, where all rows are here.
const MOST_CHOICES = 20;
const PANEL_WIDTH = 288;
// Longer ones come cut off; as in runtime/frame_cells.py.
const LONGEST_TEXT = 10_000;

export function Grid({ c }: Props) {
  const table = useDerived(() => tableOf(c.value("data").value), [c]).value;
  const searchable = c.flag("search");
  const works = c.flag("filters");
  const [wanted, ask] = useState<Query>(ALL_ROWS);
  const query = useMemo(() => fitting(wanted, table.columns.length, searchable, works), [wanted, table.columns.length, searchable, works]);
  const rows = useTableRows(c, table, query);
  const root = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const wrap = c.flag("wrap_text");
  const clamped = wrap && table.total > MOST_WRAPPED && hasLongTexts(table);
  const natural = wrap && table.total <= MOST_WRAPPED;
  const rowHeight = ROW_HEIGHTS[c.text("size").value] ?? 36;
  const scrolling = useRowWindow(scroller, rows.found, natural ? null : clamped ? WRAPPED_HEIGHT : rowHeight, HEAD_HEIGHT);
  useLayoutEffect(() => rows.want(scrolling.start, scrolling.end), [scrolling.start, scrolling.end, rows]);
  const last = useRef(query);
  useLayoutEffect(() => {
    if (!sameQuery(last.current, query)) scrolling.toTop();
    last.current = query;
  });

  const disabled = c.flag("disabled");
  const selecting = useSelection(c, table, query, rows);
  const editing = useEditing(c, table);
  const numbered = c.flag("show_index");
  const indexWidth = Math.round(String(table.total).length * 8.5 + 30);
  const actionsField = c.value("actions").value;
  const actions = useMemo(() => (table.columns.length === 0 ? [] : optionsOf(actionsField)), [actionsField, table.columns.length === 0]);
  const canSelect = selecting.rows !== null && table.columns.length > 0;
  const leads = useMemo(() => [...(canSelect ? ["check"] : []), ...(numbered ? ["index"] : [])] as Lead[], [canSelect, numbered]);
  const leadsWidth = (canSelect ? CHECK_WIDTH : 0) + (numbered ? indexWidth : 0);
  const actionsWidth = actions.reduce((sum, [, label]) => sum + label.length * 7.4 + 34, 20);
  const columns = useColumns(scroller, table, [leadsWidth, actions.length > 0 ? actionsWidth : 0], natural);
  const { shown, layout, window } = columns;
  const view: GridView = useMemo(
    () => ({ columns: table.columns, shown, window, leads, actions, clamped, disabled }),
    [table.columns, shown, window, leads, actions, clamped, disabled],
  );
  const focus = useFocus(scroller, { row: -1, column: leads.length });
  const { at, marked } = focus;
  const [open, setOpen] = useState<{ column: number; left: number } | null>(null);
  const [adding, add] = useState(false);
  const [said, say] = useState("");
  const [problem, setProblem] = useState("");
  const [downloading, setDownloading] = useState(false);
  useEffect(() => setProblem(""), [at.row, at.column]);

  const openPanel = (place: number) => {
    const column = shown[place];
    const box = root.current;
    const head = box?.querySelector<HTMLElement>(`thead [aria-colindex="${place + leads.length + 1}"]`);
    if (column === undefined || !box || !head) return;
    const left = head.getBoundingClientRect().left - box.getBoundingClientRect().left;
    setOpen({ column, left: Math.max(0, Math.min(left, box.clientWidth - PANEL_WIDTH)) });
  };
  const closePanel = () => {
    setOpen(null);
    focus.want();
  };
  const fit = (place: number) => {
    const column = shown[place];
    if (column === undefined) return;
    const width = fittingWidth(scroller.current, place + leads.length + 1, columns.widths[place] ?? 100);
    columns.resize(column, width);
  };
  const bounds = { rows: rows.found, columns: gridColumns(view), page: scrolling.page };
  const show = (row: number, column: number) => {
    scrolling.show(row);
    columns.show(column - leads.length);
  };
  const edit = (typed: string | null) => {
    const column = dataColumn(view, at.column);
    const row = rows.row(at.row);
    if (disabled || column === null || !row || !c.listens("wf-dataframe-update")) return false;
    const value = row.cells[column] ?? null;
    // The page has only its beginning: an edit would lose the rest.
    if (typeof value === "string" && value.length >= LONGEST_TEXT) {
      notify("info", "This text is too long to be edited here");
      return true;
    }
    show(at.row, at.column);
    editing.begin({ row, column, value, typed });
    return true;
  };
  const afterEdit = (then: Then) => {
    const step = { down: [1, 0], up: [-1, 0], right: [0, 1], left: [0, -1], stay: [0, 0] }[then];
    const row = Math.max(0, Math.min(bounds.rows - 1, at.row + (step[0] ?? 0)));
    const column = Math.max(0, Math.min(bounds.columns - 1, at.column + (step[1] ?? 0)));
    if (then === "stay") return;
    show(row, column);
    focus.go({ row, column });
  };
  const act = (place: number, action: string) => {
    const row = rows.row(place);
    if (row && !disabled) void c.emit("wf-dataframe-action", { action, ...recordAt(table, row), record: {} });
  };
  const resize = (place: number, by: number) => {
    const column = shown[place];
    if (column !== undefined) columns.resize(column, (columns.widths[place] ?? 100) + by);
  };
  const gestures = useGestures({
    scroller, view, bounds, focus, selecting: disabled || !canSelect ? null : selecting, show, edit, act, openPanel: works ? openPanel : () => undefined, resize,
    isEditing: editing.edited !== null,
  });

  const edited = editing.edited;
  const editor = useMemo(() => {
    const column = edited && table.columns[edited.column];
    if (!edited || !column) return null;
    return (
      <CellEditor
        column={column}
        kind={kindOf(column, [...table.rows.map((row) => row[edited.column] ?? null), edited.value])}
        value={edited.value}
        typed={edited.typed}
        onTake={(value, then) => {
          editing.take(value);
          afterEdit(then);
        }}
        onGiveUp={() => {
          editing.giveUp();
          setProblem("");
          focus.want();
        }}
        onProblem={setProblem}
      />
    );
  }, [edited]);

  const save = async () => {
    setDownloading(true);
    try {
      await download(c, table, query, shown);
    } catch (error) {
      notify("error", "The table couldn't be downloaded", error instanceof Error ? error.message : "");
    }
    setDownloading(false);
  };
  const choicesOf = (column: number): readonly string[] | null => {
    const { type, choices } = table.columns[column] ?? { type: "text", choices: null };
    if (type === "boolean") return ["true", "false"];
    if (type !== "text" || choices || table.version !== null) return choices;
    const texts = [...new Set(table.rows.map((row) => row[column]).filter((cell) => typeof cell === "string"))];
    return texts.length <= MOST_CHOICES && texts.length * 2 <= table.total ? texts.sort() : null;
  };

  const tracks = tracksOf(view, columns.widths, indexWidth, actionsWidth);
  const label = c.text("label").value;
  const activeDrawn = at.row < 0 || (at.row >= scrolling.start && at.row < scrolling.end);
  const selected = selecting.rows;
  const whole = columns.widths.reduce((sum, width) => sum + width, leadsWidth + (actions.length > 0 ? actionsWidth : 0));
  const { ref, ...attributes } = c.root("dataframe", disabled ? "disabled" : "");
  return (
    <div
      {...attributes}
      ref={(element) => {
        root.current = element;
        ref(element);
      }}
      style={{ "--row-height": `${clamped ? WRAPPED_HEIGHT : rowHeight}px`, "--index-left": canSelect ? `${CHECK_WIDTH}px` : "0px" }}
    >
      <Tools
        label={label}
        labelId={`${c.domId}/label`}
        onSearch={searchable ? (search) => ask((before) => ({ ...before, search })) : null}
        onDownload={c.flag("download") && table.columns.length > 0 ? () => void save() : null}
        downloading={downloading}
        onAdd={c.listens("wf-dataframe-add") && !disabled && table.columns.length > 0 ? () => add(!adding) : null}
        adding={adding}
        hidden={layout.hidden.size}
        onShowAll={() => columns.change(showAll)}
      />
      <div class="table-place">
        <div
          class="table-scroll"
          ref={scroller}
          style={{ maxHeight: `${Math.max(80, c.number("max_height") ?? 420)}px`, scrollPaddingBlockStart: `${HEAD_HEIGHT}px` }}
          tabIndex={activeDrawn && table.columns.length > 0 ? -1 : 0}
          role={label ? "region" : "group"}
          aria-label={label || "Table"}
          onScroll={() => {
            scrolling.follow();
            columns.follow();
            if (open) setOpen(null);
          }}
          onCopy={(event) => {
            const cells = copied({ view, at, marked, selected, row: rows.row, found: rows.found });
            if (!cells || editing.edited) return;
            event.preventDefault();
            event.clipboardData?.setData("text/plain", cells.text);
            say(cells.said);
          }}
          {...gestures}
        >
          <table
            role="grid"
            aria-label={label || "Table"}
            aria-rowcount={rows.found + 1}
            aria-colcount={gridColumns(view)}
            aria-multiselectable={canSelect && !selecting.single ? true : undefined}
            aria-busy={rows.waiting}
            class={[natural && "natural", clamped && "clamped", rows.waiting && "waiting"].filter(Boolean).join(" ")}
            style={{ minWidth: `${whole}px`, "--first": leads.length + 2 }}
          >
            {table.columns.length > 0 && (
              <GridHead
                view={view}
                tracks={tracks}
                widths={columns.widths}
                active={at.row < 0 ? at.column : null}
                query={query}
                works={works}
                open={open?.column ?? null}
                selectsAll={!selecting.single}
                allSelected={selected !== null && rows.found > 0 && selected.size >= rows.found}
                onSelectAll={(all) => (all ? selecting.all() : selecting.none())}
                onSort={(position) => ask((before) => ({ ...before, sorting: nextSorting(query.sorting, position) }))}
                onOpen={(place) => (open?.column === shown[place] ? closePanel() : openPanel(place))}
                onWidth={(position, width) => columns.resize(position, width)}
                onFit={fit}
              />
            )}
            <GridRows rows={rows} scrolling={scrolling} view={view} tracks={tracks} selected={selected} focus={focus} pending={editing.pending} edited={edited} editor={editor} />
          </table>
          {rows.found === 0 && !rows.waiting && <p class="table-empty">{emptyWords(table.total, query, c.text("empty_text").value)}</p>}
        </div>
        {open && table.columns[open.column] && (
          <ColumnPanel
            key={open.column}
            column={table.columns[open.column]!}
            position={open.column}
            kind={kindOf(table.columns[open.column]!, table.rows.map((row) => row[open.column] ?? null))}
            choices={choicesOf(open.column)}
            filter={query.filters.find((each) => each.column === open.column) ?? noFilter(open.column)}
            sorting={query.sorting?.column === open.column ? query.sorting.direction : null}
            width={columns.widths[shown.indexOf(open.column)] ?? 100}
            left={open.left}
            onSort={(direction) => ask((before) => ({ ...before, sorting: direction && { column: open.column, direction } }))}
            onFilter={(filter) => ask((before) => ({ ...before, filters: withFilter(before.filters, filter) }))}
            onWidth={(width) => columns.resize(open.column, width)}
            onFit={() => fit(shown.indexOf(open.column))}
            onMove={(by) => columns.change((before) => moved(before, open.column, by))}
            onHide={
              shown.length > 1
                ? () => {
                    columns.change((before) => hide(before, open.column));
                    closePanel();
                  }
                : null
            }
            onClose={closePanel}
          />
        )}
        {adding && (
          <RecordForm
            table={table}
            onAdd={(record) => {
              add(false);
              void c.emit("wf-dataframe-add", { record });
            }}
            onClose={() => {
              add(false);
              focus.want();
            }}
          />
        )}
      </div>
      {problem && <p class="error" role="alert">{problem}</p>}
      {rows.problem && <p class="error" role="alert">The rows can't be shown: {rows.problem}</p>}
      {(searchable || table.total > COUNTED || query.filters.length > 0 || canSelect || said) && (
        <Foot
          found={rows.found}
          total={table.total}
          selected={selected?.size ?? 0}
          said={said}
          filters={query.filters.length}
          onClearFilters={() => ask((before) => ({ ...before, filters: [] }))}
        />
      )}
    </div>
  );
}

/** What is asked for, as far as this table has it. */
function fitting({ sorting, search, filters }: Query, columns: number, searchable: boolean, works: boolean): Query {
  return {
    sorting: works && sorting && sorting.column < columns ? sorting : null,
    search: searchable ? search : "",
    filters: works ? filters.filter(({ column }) => column < columns) : [],
  };
}

function emptyWords(total: number, { search, filters }: Query, whenEmpty: string): string {
  if (total === 0) return whenEmpty;
  return search && filters.length === 0 ? `No row holds “${search}”.` : "No row fits what is asked for.";
}
