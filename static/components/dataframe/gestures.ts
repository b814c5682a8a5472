/** What keys and pointers do in a grid: heard once for all cells. */
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { type At, type Bounds, cellAfter } from "../../app/grid_keys.ts";
import { dataColumn, type GridView } from "./grid_view.ts";
import type { Focus } from "./use_focus.ts";
import type { Selecting } from "./use_selection.ts";

interface Grid {
  scroller: RefObject<HTMLElement | null>;
  view: GridView;
  bounds: Bounds;
  focus: Focus;
  /** `null`: rows can't be selected now. */
  selecting: Selecting | null;
  isEditing: boolean;
  show(row: number, column: number): void;
  /** Edit the cell with the focus; `false` if it can't be. */
  edit(typed: string | null): boolean;
  act(row: number, action: string): void;
  openPanel(place: number): void;
  resize(place: number, by: number): void;
}

const WIDTH_STEP = 16;


export function useGestures(grid: Grid) {
  const drag = useRef<{ from: At; moved: boolean } | null>(null);
  const { scroller, view, focus, selecting } = grid;
  const go = (to: At, extend = false) => {
    grid.show(to.row, to.column);
    focus.go(to, extend);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (grid.isEditing || event.isComposing || view.columns.length === 0) return;
    const done = keyInButtons(event, scroller) || keyOfColumn(event, grid) || keyOfCell(event, grid, go);
    if (done) event.preventDefault();
  };

  const onPointerDown = (event: PointerEvent) => {
    drag.current = null;
    const at = cellOf(event.target);
    if (!at || event.button !== 0 || grid.isEditing || isControl(event.target)) return;
    if (at.row < 0) return;
    const onCheck = view.leads[at.column] === "check";
    if (event.pointerType === "mouse" && !onCheck) drag.current = { from: event.shiftKey && !selecting ? focus.at : at, moved: false };
    focus.go(at, event.shiftKey && !selecting);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!drag.current || event.buttons !== 1) return;
    const at = cellOf(event.target);
    const { from } = drag.current;
    if (!at || at.row < 0 || (at.row === focus.at.row && at.column === focus.at.column)) return;
    drag.current.moved ||= at.row !== from.row || at.column !== from.column;
    focus.mark(from, at);
  };

  const onClick = (event: MouseEvent) => {
    const at = cellOf(event.target);
    const action = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action]")?.dataset["action"] : undefined;
    const dragged = drag.current?.moved ?? false;
    drag.current = null;
    if (!at || at.row < 0) return;
    if (action !== undefined) return grid.act(at.row, action);
    if (!selecting || grid.isEditing || dragged) return;
    if (event.shiftKey) selecting.extend(at.row);
    else selecting.choose(at.row, view.leads[at.column] === "check" || event.ctrlKey || event.metaKey ? "toggle" : "only");
  };

  const onDblClick = (event: MouseEvent) => {
    const at = cellOf(event.target);
    if (at && at.row >= 0 && !isControl(event.target)) grid.edit(null);
  };

  const onFocusIn = ({ target }: FocusEvent) => {
    const at = grid.isEditing ? null : cellOf(target);
    if (at) focus.note(at);
  };

  return { onFocusIn, onKeyDown, onPointerDown, onPointerMove, onClick, onDblClick };
}

/** Where in the grid a target stands. */
function cellOf(target: EventTarget | null): At | null {
  const cell = target instanceof Element ? target.closest("[aria-colindex]") : null;
  const row = cell?.closest("tr")?.getAttribute("aria-rowindex");
  return cell && row ? { row: Number(row) - 2, column: Number(cell.getAttribute("aria-colindex")) - 1 } : null;
}

const isControl = (target: EventTarget | null): boolean => target instanceof Element && target.closest("button, input, select, a") !== null;

/** Among the buttons of a row: arrows go along, Escape goes back to the cell. */
function keyInButtons(event: KeyboardEvent, scroller: RefObject<HTMLElement | null>): boolean {
  const button = event.target instanceof HTMLElement && event.target.dataset["action"] !== undefined ? event.target : null;
  if (!button || !scroller.current) return false;
  const steps: Record<string, Element | null> = { ArrowRight: button.nextElementSibling, ArrowLeft: button.previousElementSibling, Escape: button.closest("td") };
  const step = steps[event.key];
  if (step instanceof HTMLElement) step.focus();
  return step !== undefined || event.key === "F2";
}

/** In the head: Alt and down opens what there is, Shift and an arrow makes the column narrower or wider. */
function keyOfColumn(event: KeyboardEvent, { focus: { at }, view, openPanel, resize }: Grid): boolean {
  if (at.row >= 0 || dataColumn(view, at.column) === null) return false;
  const place = at.column - view.leads.length;
  if (event.altKey && event.key === "ArrowDown") openPanel(place);
  else if (event.shiftKey && event.key === "ArrowLeft") resize(place, -WIDTH_STEP);
  else if (event.shiftKey && event.key === "ArrowRight") resize(place, WIDTH_STEP);
  else return false;
  return true;
}

function keyOfCell(event: KeyboardEvent, grid: Grid, go: (to: At, extend?: boolean) => void): boolean {
  const { focus, view, bounds, selecting, scroller } = grid;
  const { at } = focus;
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return false;
  if (isControl(event.target) && at.row >= 0) return false;
  const to = cellAfter(event.key, ctrl, at, bounds);
  if (to) {
    const extend = event.shiftKey && at.row >= 0 && to.row >= 0;
    go(to, extend);
    return true;
  }
  if (ctrl && event.key.toLowerCase() === "a") {
    if (selecting && !selecting.single) selecting.all();
    else focus.mark({ row: 0, column: view.leads.length }, { row: bounds.rows - 1, column: view.leads.length + view.shown.length - 1 });
    return true;
  }
  if (at.row < 0 || ctrl) return false;
  const isActions = at.column === view.leads.length + view.shown.length;
  if ((event.key === "Enter" || event.key === "F2") && isActions) {
    scroller.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${at.row + 2}"] .actions button`)?.focus();
    return true;
  }
  if (event.key === "Enter" || event.key === "F2") return grid.edit(null);
  if (event.key === " ") {
    if (event.shiftKey) selecting?.extend(at.row);
    else selecting?.choose(at.row, "toggle");
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") return grid.edit("");
  return event.key.length === 1 && grid.edit(event.key);
}
