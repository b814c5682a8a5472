/** What can be done with a column: sort, filter, width, place. Opens below its head. */
import { X } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../app/icon.tsx";
import type { Filter } from "../../app/protocol.ts";
import { SelectFrame } from "../../app/select_frame.tsx";
import type { Column, Sorting } from "../../app/table.ts";
import { isSet, noFilter } from "../../app/table_filters.ts";
import type { Kind } from "./cell_values.ts";

interface ColumnPanelProps {
  column: Column;
  position: number;
  kind: Kind;
  choices: readonly string[] | null;
  filter: Filter;
  sorting: Sorting["direction"] | null;
  width: number;
  left: number;
  onSort(direction: Sorting["direction"] | null): void;
  onFilter(filter: Filter): void;
  onWidth(width: number): void;
  onFit(): void;
  onMove(by: -1 | 1): void;
  /** `null`: it is the last one that is shown. */
  onHide: (() => void) | null;
  onClose(): void;
}

const TYPING_MS = 250;

export function ColumnPanel(props: ColumnPanelProps) {
  const { column, position, kind, choices, filter, sorting, onSort, onFilter, onClose } = props;
  const panel = useRef<HTMLDivElement>(null);
  const change = (part: Partial<Filter>) => onFilter({ ...filter, ...part });
  useLayoutEffect(() => panel.current?.querySelector<HTMLElement>(".panel-title ~ * button")?.focus({ preventScroll: true }), [position]);
  useEffect(() => {
    const outside = ({ target }: PointerEvent) => {
      if (target instanceof Node && !panel.current?.contains(target)) onClose();
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [onClose]);
  const sort = (direction: Sorting["direction"], words: string) => (
    <button type="button" class="button small secondary" aria-pressed={sorting === direction} onClick={() => onSort(sorting === direction ? null : direction)}>
      {words}
    </button>
  );
  return (
    <div
      class="table-panel column-panel"
      role="dialog"
      aria-label={`Column ${column.name}`}
      ref={panel}
      style={{ insetInlineStart: `${props.left}px` }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") onClose();
      }}
    >
      <div class="panel-row panel-title">
        <span class="label">{column.name}</span>
        <button type="button" class="panel-close" aria-label="Close" onClick={onClose}>
          <Icon icon={X} />
        </button>
      </div>
      <div class="panel-row">
        {sort("ascending", "Ascending")}
        {sort("descending", "Descending")}
      </div>
      {kind === "number" || kind === "date" || kind === "moment" ? (
        <div class="panel-row">
          <Bound kind={kind} words="From" value={filter.low} onBound={(low) => change({ low })} />
          <Bound kind={kind} words="To" value={filter.high} onBound={(high) => change({ high })} />
        </div>
      ) : (
        !choices && <Contains text={filter.text} onText={(text) => change({ text })} />
      )}
      {choices && <Choices choices={choices} isBoolean={column.type === "boolean"} chosen={filter.choices} onChosen={(chosen) => change({ choices: chosen })} />}
      <label class="panel-row">
        <span>Empty cells</span>
        <SelectFrame>
          <select class="input" value={filter.empty} onChange={({ currentTarget: { value } }) => change({ empty: value as Filter["empty"] })}>
            <option value="">{isSet({ ...filter, empty: "" }) ? "Left out by the filter" : "Shown"}</option>
            <option value="none">Left out</option>
            <option value="only">Only these</option>
          </select>
        </SelectFrame>
      </label>
      {isSet(filter) && (
        <button type="button" class="button small quiet" onClick={() => onFilter(noFilter(position))}>
          Clear this filter
        </button>
      )}
      <hr />
      <label class="panel-row">
        <span>Width</span>
        <input class="input" type="number" min={48} max={1200} step={10} value={props.width} onChange={({ currentTarget }) => currentTarget.value && props.onWidth(Number(currentTarget.value))} />
        <button type="button" class="button small secondary" onClick={props.onFit}>Fit</button>
      </label>
      <div class="panel-row">
        <button type="button" class="button small secondary" onClick={() => props.onMove(-1)}>Move left</button>
        <button type="button" class="button small secondary" onClick={() => props.onMove(1)}>Move right</button>
        {props.onHide && <button type="button" class="button small secondary" onClick={props.onHide}>Hide</button>}
      </div>
    </div>
  );
}

/** Calls `take` when nothing was typed for a moment, or when the panel closes before. */
function useTyping(take: (text: string) => void) {
  const newest = useRef(take);
  newest.current = take;
  const typed = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const now = () => {
    clearTimeout(timer.current);
    if (typed.current !== null) newest.current(typed.current);
    typed.current = null;
  };
  useEffect(() => now, []);
  const later = (text: string, ms: number) => {
    clearTimeout(timer.current);
    typed.current = text;
    timer.current = setTimeout(now, ms);
  };
  return {
    onInput: (event: { currentTarget: HTMLInputElement }) => later(event.currentTarget.value, TYPING_MS),
    onKeyDown: (event: KeyboardEvent) => event.key === "Enter" && event.target instanceof HTMLInputElement && later(event.target.value, 0),
  };
}

function Contains({ text, onText }: { text: string; onText(text: string): void }) {
  const typing = useTyping((now) => onText(now.slice(0, 200)));
  return (
    <label class="panel-field">
      <span>Contains</span>
      <input class="input" type="text" autocomplete="off" defaultValue={text} {...typing} />
    </label>
  );
}

function Bound({ kind, words, value, onBound }: { kind: "number" | "date" | "moment"; words: string; value: number | string | null; onBound(bound: number | string | null): void }) {
  const typing = useTyping((now) => {
    const number = Number(now);
    onBound(now.trim() === "" ? null : kind !== "number" ? now : Number.isFinite(number) ? number : null);
  });
  return (
    <label class="panel-field">
      <span>{words}</span>
      <input class="input" type={kind === "number" ? "number" : "date"} step="any" autocomplete="off" defaultValue={value === null ? "" : String(value)} {...typing} />
    </label>
  );
}

interface ChoicesProps {
  choices: readonly string[];
  isBoolean: boolean;
  chosen: readonly string[] | null;
  onChosen(chosen: string[] | null): void;
}

function Choices({ choices, isBoolean, chosen, onChosen }: ChoicesProps) {
  const now = chosen ?? choices;
  const toggle = (choice: string) => {
    const next = now.includes(choice) ? now.filter((each) => each !== choice) : [...now, choice];
    onChosen(next.length === choices.length ? null : next);
  };
  return (
    <fieldset class="panel-choices">
      <legend>Show</legend>
      {choices.map((choice) => (
        <label key={choice}>
          <input type="checkbox" class="box" checked={now.includes(choice)} onChange={() => toggle(choice)} />
          <span>{isBoolean ? (choice === "true" ? "yes" : "no") : choice}</span>
        </label>
      ))}
    </fieldset>
  );
}
