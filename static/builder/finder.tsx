/** Ctrl+K, Ctrl+P, I and M: one list to go anywhere, run anything, insert any component. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { nameOf, walk } from "./changes.ts";
import { openFile, openHandler } from "./code.ts";
import { insert, moveInto } from "./edits.ts";
import { refusalOfAll, topmost } from "./groups.ts";
import { Icon, iconNamed, ICONS, type IconNode } from "./icons.tsx";
import { COMMANDS, finderOpen } from "./keys.ts";
import { catalogue, current, files, handlers, pages, select, selectedIds, showPage } from "./store.ts";

interface Entry {
  kind: string;
  title: string;
  detail: string;
  icon: IconNode;
  keys?: string;
  run(): void;
}

const MOST = 60;

function inserts(): Entry[] {
  return Object.values(catalogue.value)
    .filter((type) => !(Array.isArray(type.parents) && type.parents.length === 0))
    .map((type) => ({ kind: "Insert", title: type.title, detail: type.description, icon: iconNamed(type.icon), run: () => void insert(type.type) }));
}

function places(): Entry[] {
  const entries: Entry[] = [];
  for (const { key, page } of pages.value) {
    entries.push({ kind: "Page", title: key, detail: "", icon: ICONS.page, run: () => showPage(key) });
    for (const component of walk(page)) {
      if (component.type === "page") continue;
      const type = catalogue.value[component.type];
      entries.push({
        kind: "Component",
        title: component.id,
        detail: `${nameOf(page, component, catalogue.value)}${pages.value.length > 1 ? ` on ${key}` : ""}`,
        icon: iconNamed(type?.icon),
        run() {
          if (current.value?.key !== key) showPage(key);
          select(component.id);
        },
      });
    }
  }
  for (const handler of handlers.value.filter((each) => each.own)) {
    entries.push({ kind: "Handler", title: handler.name, detail: `${handler.file}:${handler.line}`, icon: ICONS.zap, run: () => void openHandler(handler.name) });
  }
  for (const { path } of files.value) entries.push({ kind: "File", title: path, detail: "", icon: ICONS.file, run: () => void openFile(path, null, true) });
  return entries;
}

function commands(): Entry[] {
  return COMMANDS.map(({ title, keys, run }) => ({ kind: "Command", title, detail: "", icon: ICONS.chevronRight, keys, run }));
}

const ENTRIES = {
  all: () => [...commands(), ...places(), ...inserts()],
  go: places,
  insert: inserts,
  move: destinations,
};

/** Where everything that is selected may go. */
function destinations(): Entry[] {
  const page = current.value?.page;
  if (!page) return [];
  const ids = topmost(page, selectedIds.value).map((each) => each.id);
  return [...walk(page)]
    .filter((each) => catalogue.value[each.type]?.children !== "none" && !refusalOfAll(page, ids, each.id, catalogue.value))
    .map((each) => ({
      kind: "Move into",
      title: each.id,
      detail: nameOf(page, each, catalogue.value),
      icon: iconNamed(catalogue.value[each.type]?.icon),
      run: () => void moveInto(each.id),
    }));
}

const TITLES = {
  all: { name: "Go to", label: "Command, component to insert, or place", hint: "Run a command, insert a component, go anywhere…" },
  go: { name: "Go to", label: "Page, component, handler or file", hint: "Go to a page, component, handler or file…" },
  insert: { name: "Insert a component", label: "Component to insert", hint: "Insert a component…" },
  move: { name: "Move to", label: "Component to move into", hint: "Move the selection into…" },
};

/** How well `text` is found in `title`: 0 not at all; a start of the whole or of a word counts more than letters in order. */
export function score(title: string, text: string): number {
  const hay = title.toLowerCase();
  const needle = text.toLowerCase().trim();
  if (!needle) return 1;
  if (hay.startsWith(needle)) return 100 - hay.length / 100;
  const word = hay.search(new RegExp(`[\\s_./-]${needle.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`));
  if (word >= 0) return 80 - word / 100;
  const inside = hay.indexOf(needle);
  if (inside >= 0) return 60 - inside / 100;
  let at = -1;
  let gaps = 0;
  for (const letter of needle) {
    const next = hay.indexOf(letter, at + 1);
    if (next < 0) return 0;
    gaps += next - at - 1;
    at = next;
  }
  return Math.max(1, 30 - gaps);
}

export function Finder() {
  const mode = finderOpen.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  // Before the next key: what is typed at once is searched for.
  useLayoutEffect(() => {
    setText("");
    setAt(0);
    if (mode && !dialog.current?.open) dialog.current?.showModal();
  }, [mode]);
  useEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }), [at, text]);
  if (!mode) return null;
  const all = ENTRIES[mode]();
  const found = all
    .map((entry) => ({ entry, rank: score(entry.title, text) || score(`${entry.kind} ${entry.title}`, text) / 2 }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, MOST)
    .map(({ entry }) => entry);
  const run = (entry: Entry | undefined): void => {
    finderOpen.value = null;
    entry?.run();
  };
  return (
    <dialog ref={dialog} class="finder" aria-label={TITLES[mode].name} onClose={() => (finderOpen.value = null)} onClick={(event) => event.target === dialog.current && run(undefined)}>
      <label class="finder-search">
        <Icon icon={ICONS.search} />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="finder-list"
          aria-activedescendant={`finder-${at}`}
          aria-label={TITLES[mode].label}
          placeholder={TITLES[mode].hint}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") run(found[at]);
            else if (event.key === "ArrowDown") setAt(Math.min(found.length - 1, at + 1));
            else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
            else return;
            event.preventDefault();
          }}
        />
      </label>
      <div ref={list} id="finder-list" class="finder-list" role="listbox" aria-label="Found">
        {found.map((entry, i) => (
          <div key={`${entry.kind} ${entry.title}`} id={`finder-${i}`} class="option" role="option" aria-selected={i === at} onClick={() => run(entry)} onPointerMove={() => setAt(i)}>
            <Icon icon={entry.icon} />
            <span class={entry.kind === "Command" || entry.kind === "Insert" ? "" : "mono"}>{entry.title}</span>
            <span class="quiet detail">{entry.detail}</span>
            <span class="spring" />
            {entry.keys ? <kbd>{entry.keys}</kbd> : <span class="quiet">{entry.kind}</span>}
          </div>
        ))}
        {found.length === 0 && <p class="option none">Nothing is called that.</p>}
      </div>
    </dialog>
  );
}
