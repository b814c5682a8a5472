/** A value as a tree, by the ARIA pattern: one stop for Tab, arrows inside. Only lines in view are in the page. */
import { ChevronRight } from "lucide";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { CopyButton, copyText } from "./copy_button.tsx";
import { Icon } from "./icon.tsx";
import { parentPath, readable, type TreeRow, treeRows } from "./json_rows.ts";
import type { Json } from "./protocol.ts";
import { useRowWindow } from "./row_window.ts";

const ROW_HEIGHT = 24;
const LONGEST_SHOWN = 400;
// What is typed within this time belongs together, as in the system's own lists.
const TYPING_MS = 700;
const count = new Intl.NumberFormat(undefined);

interface Props {
  id: string;
  value: Json;
  label: string;
  depth: number;
  copy: boolean;
  maxHeight: number;
}

export function JsonTree({ id, value: given, label, depth, copy, maxHeight }: Props) {
  const value = useMemo(() => readable(given), [given]);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [chosen, choose] = useState("");
  const { rows, cut } = useMemo(() => treeRows(value, depth, toggled), [value, depth, toggled]);
  const scroller = useRef<HTMLDivElement>(null);
  const scrolling = useRowWindow(scroller, rows.length, ROW_HEIGHT, 0);
  const found = rows.findIndex((row) => row.path === chosen);
  const active = Math.max(0, found);
  const row = rows[active];
  const typed = useRef({ text: "", at: 0 });

  const toggle = (paths: readonly string[]) =>
    setToggled((before) => {
      const after = new Set(before);
      for (const path of paths) if (!after.delete(path)) after.add(path);
      return after;
    });
  const go = (index: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (next) choose(next.path);
  };
  // Who goes on by keyboard sees where; a click has no need of it.
  const moved = useRef(false);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !moved.current) return;
    moved.current = false;
    const top = active * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_HEIGHT > element.scrollTop + element.clientHeight) element.scrollTop = top + ROW_HEIGHT - element.clientHeight;
    scrolling.follow();
  }, [active]);

  const onKey = (event: KeyboardEvent) => {
    if (!row || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "c" && getSelection()?.isCollapsed !== false) {
        event.preventDefault();
        void copyText(asCopied(row.value));
      }
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const steps: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: rows.length - 1, PageDown: active + page, PageUp: active - page };
    const step = steps[event.key];
    const folds = row.size !== null && row.size > 0;
    if (step !== undefined) go(step);
    else if (event.key === "ArrowRight") folds && !row.open ? toggle([row.path]) : folds && go(active + 1);
    else if (event.key === "ArrowLeft") row.open ? toggle([row.path]) : choose(parentPath(row.path) ?? "");
    else if (event.key === "Enter" || event.key === " ") folds && toggle([row.path]);
    else if (event.key === "*") toggle(foldedBeside(rows, row));
    else if (event.key.length === 1) go(typedTo(rows, active, typed.current, event.key));
    else return;
    moved.current = true;
    event.preventDefault();
  };

  return (
    <>
      {(label || copy) && (
        <div class={label ? "viewer-head" : "viewer-head floating"}>
          {label && <span class="label">{label}</span>}
          {copy && <CopyButton text={() => asCopied(value)} label="Copy as JSON" />}
        </div>
      )}
      <div
        ref={scroller}
        class="viewer-scroll json-tree"
        style={{ maxHeight: `${maxHeight}px` }}
        role="tree"
        tabIndex={0}
        aria-label={label || "Data"}
        aria-activedescendant={row && active >= scrolling.start && active < scrolling.end ? `${id}/row${active}` : undefined}
        onScroll={scrolling.follow}
        onKeyDown={onKey}
      >
        <div role="presentation" style={{ height: `${scrolling.before}px` }} />
        {rows.slice(scrolling.start, scrolling.end).map((each, i) => (
          <Line
            key={each.path}
            id={`${id}/row${scrolling.start + i}`}
            row={each}
            active={scrolling.start + i === active}
            onPress={() => {
              choose(each.path);
              if (each.size && getSelection()?.isCollapsed !== false) toggle([each.path]);
            }}
          />
        ))}
        <div role="presentation" style={{ height: `${scrolling.after}px` }} />
      </div>
      {cut && <p class="help">Only the first {count.format(rows.length)} lines are shown; fold something to see others.</p>}
    </>
  );
}

interface LineProps {
  id: string;
  row: TreeRow;
  active: boolean;
  onPress: () => void;
}

function Line({ id, row, active, onPress }: LineProps) {
  const folds = row.size !== null && row.size > 0;
  return (
    <div
      id={id}
      class={active ? "json-line active" : "json-line"}
      style={{ "--depth": row.depth }}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={folds ? row.open : undefined}
      aria-selected={active}
      onClick={onPress}
    >
      <span class={row.open ? "json-fold open" : "json-fold"}>{folds && <Icon icon={ChevronRight} />}</span>
      {row.name !== null && (
        <>
          <span class="json-name">{row.name}</span>
          <span class="json-mark">: </span>
        </>
      )}
      {leaf(row)}
    </div>
  );
}

function leaf({ value, size, open }: TreeRow) {
  if (size !== null) {
    const [left, right] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
    if (open || size === 0) return <span class="json-mark">{size === 0 ? left + right : left}</span>;
    const words = Array.isArray(value) ? (size === 1 ? "item" : "items") : size === 1 ? "entry" : "entries";
    return (
      <span class="json-mark">
        {left}
        <span class="json-size">
          {count.format(size)} {words}
        </span>
        {right}
      </span>
    );
  }
  const text = JSON.stringify(value);
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return (
    <span class={`json-${value === null ? "null" : typeof value}`} title={text.length > 60 ? text.slice(0, 2_000) : undefined}>
      {shown}
    </span>
  );
}

/** What stands beside `row` and is folded, `row` itself included. */
function foldedBeside(rows: readonly TreeRow[], row: TreeRow): string[] {
  const parent = parentPath(row.path);
  return rows.filter((each) => each.depth === row.depth && each.size && !each.open && parentPath(each.path) === parent).map((each) => each.path);
}

/** The next line whose name begins with what was typed. */
function typedTo(rows: readonly TreeRow[], active: number, typed: { text: string; at: number }, key: string): number {
  const now = Date.now();
  typed.text = now - typed.at < TYPING_MS ? typed.text + key.toLowerCase() : key.toLowerCase();
  typed.at = now;
  const from = typed.text.length > 1 ? active : active + 1;
  for (let i = 0; i < rows.length; i++) {
    const index = (from + i) % rows.length;
    if (rows[index]?.name?.toLowerCase().startsWith(typed.text)) return index;
  }
  return active;
}

/** A text by itself goes without quotes: who copies it wants the text. */
function asCopied(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
