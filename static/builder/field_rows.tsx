/** Fields with entries: a row for each, which can be added, taken out and moved. What is typed is sent as a whole. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./controls.tsx";
import { asText, useDraft } from "./fields.tsx";
import { ICONS } from "./icons.tsx";
import { usePathCompletion } from "./path_completion.tsx";
import { afterPress } from "./press.ts";
import type { Json } from "./protocol.ts";

interface Props {
  id: string;
  title: string;
  value: Json;
  onChange(value: Json): unknown;
}

/** What the cells of a column are called, and the word in an empty one. */
interface Column {
  name: string;
  placeholder: string;
}

type Row = Json[];

/** A list of texts and numbers. */
export function ListRows({ id, title, value, onChange }: Props) {
  const rows = (Array.isArray(value) ? value : []).map((each) => [each]);
  const send = (next: Row[]): unknown => onChange(next.map(([each]) => each!).filter((each) => each !== ""));
  return <Rows id={id} title={title} rows={rows} columns={[{ name: "Entry", placeholder: "Text" }]} send={send} />;
}

/** Keys with their labels, in their order. Entries of a list are keys that are their own labels. */
export function PairRows({ id, title, value, onChange }: Props) {
  const own = value !== null && typeof value === "object" ? value : {};
  const rows = Array.isArray(own) ? own.map((each): Row => [asText(each), each]) : Object.entries(own);
  const columns = [
    { name: "Key", placeholder: "key" },
    { name: "Value", placeholder: "label" },
  ];
  const keyOf = ([key]: Row): string => asText(key!).trim();
  const unique = (next: Row[]): boolean => {
    const keys = next.map(keyOf).filter(Boolean);
    return new Set(keys).size === keys.length;
  };
  const send = (next: Row[]): unknown => onChange(Object.fromEntries(next.filter(keyOf).map((row) => [keyOf(row), row[1] === "" ? keyOf(row) : row[1]!])));
  return <Rows id={id} title={title} rows={rows} columns={columns} send={send} accepts={unique} refusal="Two rows have the same key." />;
}

function Rows({ id, title, rows, columns, send, accepts = () => true, refusal = "" }: { id: string; title: string; rows: Row[]; columns: Column[]; send(rows: Row[]): unknown; accepts?(rows: Row[]): boolean; refusal?: string }) {
  const group = useRef<HTMLDivElement>(null);
  const goal = useRef<string | null>(null);
  const draft = useDraft(
    JSON.stringify(rows),
    (text) => send(JSON.parse(text) as Row[]),
    (text) => accepts(JSON.parse(text) as Row[]),
  );
  const shown = JSON.parse(draft.text) as Row[];
  const cell = (row: number, column = 0): string => `${id}-${row}-${column}`;
  useLayoutEffect(() => {
    if (goal.current) document.getElementById(goal.current)?.focus();
    goal.current = null;
  });
  /** The rows are these now, and the focus goes to one of them. */
  const become = (next: Row[], row: number, column = 0): void => {
    goal.current = next.length ? cell(Math.max(0, Math.min(row, next.length - 1)), column) : `${id}-add`;
    draft.type(JSON.stringify(next));
  };
  const add = (at: number): void => become([...shown.slice(0, at), columns.map(() => ""), ...shown.slice(at)], at);
  const remove = (at: number, then = at): void => become(shown.filter((_, i) => i !== at), then);
  const move = (at: number, by: number, column = 0): void => {
    const to = at + by;
    if (to < 0 || to >= shown.length) return;
    const next = [...shown];
    next.splice(to, 0, ...next.splice(at, 1));
    become(next, to, column);
  };
  const key = (event: KeyboardEvent, row: number, column: number): void => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && event.altKey) move(row, by, column);
    else if (by) document.getElementById(cell(row + by, column))?.focus();
    else if (event.key === "Enter") add(row + 1);
    else if (event.key === "Backspace" && shown[row]!.every((each) => each === "")) remove(row, row - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={group}
      class="rows"
      id={id}
      role="group"
      aria-label={title}
      onFocusOut={(event) => {
        const isInside = (element: Node | null): boolean => group.current?.contains(element) ?? false;
        // Empty rows go, unless some are refused: then all stay for whoever mends them.
        if (!goal.current && !isInside(event.relatedTarget as Node | null)) afterPress(() => draft.invalid || isInside(document.activeElement) || draft.end());
      }}
    >
      {shown.map((row, at) => (
        <div class={`row-line columns-${columns.length}`} key={at}>
          {columns.map(({ name, placeholder }, column) => (
            <Cell
              key={name}
              id={cell(at, column)}
              label={`${name} ${at + 1}`}
              value={asText(row[column]!)}
              placeholder={placeholder}
              invalid={draft.invalid}
              type={(text) => draft.type(JSON.stringify(shown.map((each, i) => (i === at ? each.map((old, n) => (n === column ? typed(text, old) : old)) : each))))}
              onKey={(event) => key(event, at, column)}
            />
          ))}
          <span class="row-buttons">
            <IconButton icon={ICONS.arrowUp} label={`Move row ${at + 1} up`} keys="Alt+Up" class="quiet-button" disabled={at === 0} onClick={() => move(at, -1)} />
            <IconButton icon={ICONS.arrowDown} label={`Move row ${at + 1} down`} keys="Alt+Down" class="quiet-button" disabled={at === shown.length - 1} onClick={() => move(at, 1)} />
            <IconButton icon={ICONS.x} label={`Remove ${asText(row[0]!) || "row"}`} class="quiet-button" onClick={() => remove(at)} />
          </span>
        </div>
      ))}
      {draft.invalid && (
        <p class="field-problem" role="alert">
          {refusal}
        </p>
      )}
      <button id={`${id}-add`} type="button" class="link" onClick={() => add(shown.length)}>
        Add a row
      </button>
    </div>
  );
}

/** A number stays one, as long as it is one. */
function typed(text: string, before: Json): Json {
  return typeof before === "number" && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function Cell(props: { id: string; label: string; value: string; placeholder: string; invalid: boolean; type(text: string): void; onKey(event: KeyboardEvent): void }) {
  const paths = usePathCompletion(props.id, props.type);
  return (
    <>
      <input
        id={props.id}
        {...(paths.list ? paths.aria : {})}
        class={`input ${props.value.includes("@{") ? "mono" : ""}`}
        type="text"
        aria-label={props.label}
        aria-invalid={props.invalid}
        value={props.value}
        placeholder={props.placeholder}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => {
          props.type(event.currentTarget.value);
          paths.look(event.currentTarget);
        }}
        onBlur={() => paths.close()}
        onKeyDown={(event) => {
          if (!paths.key(event)) props.onKey(event);
        }}
      />
      {paths.list}
    </>
  );
}
