/** The pane `Components`: the page as a tree, with the whole keyboard. */
import { signal, useComputed } from "@preact/signals";
import { Component as Preact } from "preact";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { ownText, pathTo } from "./changes.ts";
import { openDefaultHandler } from "./code.ts";
import { Region } from "./controls.tsx";
import { dragSource, registerSurface } from "./drag.ts";
import { remove, step } from "./edits.ts";
import type { Box, Point } from "./hit_test.ts";
import { Icon, iconNamed, ICONS } from "./icons.tsx";
import type { Component } from "./protocol.ts";
import { RenameInput } from "./rename_input.tsx";
import { catalogue, current, hovered, renaming, select, selectAll, selected, selectedIds, selectMore } from "./store.ts";

export const ROW_PX = 26;
const PADDING_PX = 4;
const EDGE_PX = 24;
const STEP_PX = 6;
const closed = signal<ReadonlySet<string>>(new Set());

interface Row {
  component: Component;
  level: number;
  position: number;
  siblings: number;
  /** Index of the row behind the last one below it. */
  end: number;
}

function rowsOf(page: Component, shut: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const add = (component: Component, level: number, position: number, siblings: number): void => {
    const row: Row = { component, level, position, siblings, end: 0 };
    rows.push(row);
    const children = component.children ?? [];
    if (!shut.has(component.id)) children.forEach((child, i) => add(child, level + 1, i + 1, children.length));
    row.end = rows.length;
  };
  add(page, 1, 1, 1);
  return rows;
}

function setClosed(id: string, shut: boolean): void {
  const next = new Set(closed.value);
  if (shut) next.add(id);
  else next.delete(id);
  closed.value = next;
}

export function Tree() {
  const page = current.value?.page ?? null;
  const list = useRef<HTMLDivElement>(null);
  const rows = page ? rowsOf(page, closed.value) : [];
  const shownRows = useRef(rows);
  shownRows.current = rows;
  const focusTree = useCallback(() => list.current?.focus(), []);
  const upTo = useCallback((id: string) => selectUpTo(shownRows.current, id), []);

  // What is selected elsewhere is shown here.
  useEffect(() => {
    if (!page || !selected.value) return;
    const above = pathTo(page, selected.value).slice(0, -1);
    if (above.some((id) => closed.value.has(id))) closed.value = new Set([...closed.value].filter((id) => !above.includes(id)));
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [selected.value, page]);

  useEffect(
    () =>
      registerSurface("tree", {
        area: () => list.current?.getBoundingClientRect() ?? null,
        boxes: () => treeBoxes(list.current, shownRows.current),
        scroll(point) {
          const element = list.current;
          const rect = element?.getBoundingClientRect();
          if (!element || !rect) return false;
          const by = point.y < rect.top + EDGE_PX ? -STEP_PX : point.y > rect.bottom - EDGE_PX ? STEP_PX : 0;
          element.scrollTop += by;
          return by !== 0;
        },
        closedAt(point) {
          const row = rowAt(list.current, shownRows.current, point);
          return row?.component.children?.length && closed.peek().has(row.component.id) ? row.component.id : null;
        },
        open: (id) => setClosed(id, false),
      }),
    [],
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as Element).tagName === "INPUT") return;
    const at = rows.findIndex((row) => row.component.id === selected.value);
    const row = rows[at];
    if (event.altKey) {
      const direction = ({ ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" } as const)[event.key as "ArrowUp"];
      if (!direction) return;
      step(direction);
    } else if (event.ctrlKey || event.metaKey) return;
    else if (event.shiftKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const next = rows[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) selectUpTo(rows, next.component.id);
    } else if (event.key === "ArrowDown") select(rows[Math.min(rows.length - 1, at + 1)]?.component.id ?? null);
    else if (event.key === "ArrowUp") select(rows[Math.max(0, at - 1)]?.component.id ?? null);
    else if (event.key === "Home") select(rows[0]?.component.id ?? null);
    else if (event.key === "End") select(rows[rows.length - 1]?.component.id ?? null);
    else if (event.key === "ArrowRight" && row) {
      if (closed.value.has(row.component.id)) setClosed(row.component.id, false);
      else if (row.component.children?.length) select(row.component.children[0]!.id);
    } else if (event.key === "ArrowLeft" && row) {
      if (row.component.children?.length && !closed.value.has(row.component.id)) setClosed(row.component.id, true);
      else select(rows.find((each) => each.component.children?.includes(row.component))?.component.id ?? row.component.id);
    } else if (event.key === "Enter" && !event.shiftKey && row) {
      if (row.component.children?.length) select(row.component.children[0]!.id);
      else void openDefaultHandler(row.component.id);
    } else if (event.key === "F2" && row) renaming.value = row.component === page ? null : { id: row.component.id, where: "tree" };
    else if (event.key === "Delete" || event.key === "Backspace") void remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Region name="Components" class="tree-pane">
      <div
        ref={list}
        class="tree"
        role="tree"
        aria-label="Components"
        aria-multiselectable="true"
        tabIndex={0}
        aria-activedescendant={selected.value ? `row-${selected.value}` : undefined}
        onKeyDown={onKeyDown}
        onPointerLeave={() => (hovered.value = null)}
      >
        {rows.map((row) => (
          <RowPlace key={row.component.id} row={row} focusTree={focusTree} upTo={upTo} />
        ))}
      </div>
      {page && !page.children?.length && (
        <p class="tree-hint">The page is empty. Drag a component from the palette onto it, or press <kbd>I</kbd>.</p>
      )}
    </Region>
  );
}

/** Everything from what is selected to this row. */
function selectUpTo(rows: readonly Row[], id: string): void {
  const from = rows.findIndex((each) => each.component.id === selectedIds.peek()[0]);
  const to = rows.findIndex((each) => each.component.id === id);
  if (from < 0 || to < 0) select(id);
  else {
    const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((each) => each.component.id);
    selectAll(from < to ? between : between.reverse());
  }
}

interface RowProps {
  row: Row;
  focusTree: () => void;
  upTo: (id: string) => void;
}

/** Of a thousand rows, those that an edit doesn't touch are passed over. */
class RowPlace extends Preact<RowProps> {
  override shouldComponentUpdate({ row: next }: RowProps): boolean {
    const { row } = this.props;
    return next.component !== row.component || next.level !== row.level || next.position !== row.position || next.siblings !== row.siblings;
  }

  override render(props: RowProps) {
    return <TreeRow {...props} />;
  }
}

function TreeRow({ row, focusTree, upTo }: RowProps) {
  const { component, level } = row;
  const { id } = component;
  const type = catalogue.value[component.type];
  const children = component.children?.length ?? 0;
  const isClosed = useComputed(() => closed.value.has(id)).value;
  const open = children > 0 && !isClosed;
  const handlers = Object.values(component.on ?? {}).filter((does) => typeof does === "string");
  const source = dragSource(() => (component.type === "page" ? null : { kind: "existing", id, type: component.type }));
  const words = ownText(component);
  // A thousand rows: only those whose answer changes are drawn anew.
  const isHovered = useComputed(() => hovered.value === id).value;
  const isSelected = useComputed(() => selectedIds.value.includes(id)).value;
  const isRenamed = useComputed(() => renaming.value?.id === id && renaming.value.where === "tree").value;
  return (
    <div
      id={`row-${id}`}
      class={`tree-row ${isHovered ? "hovered" : ""} ${component.visible === false ? "hidden-row" : ""}`}
      role="treeitem"
      aria-level={level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={children ? open : undefined}
      aria-selected={isSelected}
      style={`padding-left: ${4 + (level - 1) * 14}px`}
      onPointerDown={(event) => {
        if ((event.target as Element).closest("input, .twist")) return;
        if (event.shiftKey) upTo(id);
        else if (event.ctrlKey || event.metaKey) selectMore(id);
        // Pressing what is selected already may begin a drag of all of it.
        else if (!selectedIds.peek().includes(id)) select(id);
        source.onPointerDown(event);
      }}
      onClick={(event) => {
        if (!event.shiftKey && !event.ctrlKey && !event.metaKey && selectedIds.peek().length > 1 && !(event.target as Element).closest("input, .twist")) select(id);
      }}
      onPointerEnter={() => (hovered.value = id)}
      onDblClick={() => void openDefaultHandler(id)}
    >
      <span class={`twist ${children ? "" : "none"}`} aria-hidden="true" onClick={() => setClosed(id, open)}>
        {children > 0 && <Icon icon={open ? ICONS.chevronDown : ICONS.chevronRight} />}
      </span>
      <Icon icon={iconNamed(type?.icon)} />
      <span class="tree-type">{type?.title ?? component.type}</span>
      {isRenamed ? <RenameInput id={id} done={focusTree} /> : <span class="tree-id">{id}</span>}
      {words && !isRenamed && <span class="tree-words"><span>{words}</span></span>}
      {handlers.length > 0 && (
        <span class="runs-code" role="img" aria-label="runs code" data-tip={`Runs ${handlers.join(", ")}`}>
          <Icon icon={ICONS.zap} />
        </span>
      )}
    </div>
  );
}

function rowAt(list: HTMLElement | null, rows: readonly Row[], point: Point): Row | null {
  const area = list?.getBoundingClientRect();
  return list && area ? (rows[Math.floor((point.y - area.top + list.scrollTop - PADDING_PX) / ROW_PX)] ?? null) : null;
}

/** The tree as boxes: a container's box holds the rows below it, so that midpoints mean the same as on the canvas. */
function treeBoxes(list: HTMLElement | null, rows: readonly Row[]): Map<string, Box> {
  const boxes = new Map<string, Box>();
  const area = list?.getBoundingClientRect();
  if (!list || !area) return boxes;
  const top = area.top - list.scrollTop + PADDING_PX;
  rows.forEach((row, i) => {
    const { component, level } = row;
    const type = catalogue.peek()[component.type];
    const x = area.left + 4 + level * 14;
    const first = i === 0;
    boxes.set(component.id, {
      id: component.id,
      rect: { x, y: top + i * ROW_PX, width: area.right - x - 6, height: first ? Math.max(area.height, rows.length * ROW_PX) : (row.end - i) * ROW_PX },
      axis: "vertical",
      container: type ? type.children !== "none" : false,
      children: (component.children ?? []).map((child) => child.id),
      margin: 6,
    });
  });
  return boxes;
}
