/** The pane `State`: a session's live state as a tree, searched, edited, with who wrote and who reads each place. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { openAt } from "./code.ts";
import { Empty, IconButton } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import type { Json, StatePath, StatePlace } from "./protocol.ts";
import { assign, chosen, flashing, found, known, more, problem, readersOf, reset, restOf, revealPath, rows, searched, session, toggle, watching, type Row } from "./state_store.ts";
import { SessionPicker } from "./session_picker.tsx";
import { current, select, showPage } from "./store.ts";
import { reported, toast } from "./toast.tsx";

/** The row that has the focus, and the one that is being edited, as JSON of their paths. */
const focused = signal("");
const editing = signal("");

export function StateTools() {
  return (
    <>
      <label class="search">
        <Icon icon={ICONS.search} />
        <input type="search" aria-label="Search the state" placeholder="Search" value={searched.value} onInput={(event) => (searched.value = event.currentTarget.value)} />
      </label>
      <SessionPicker value={session.value} onChange={(id) => (chosen.value = id)} />
      <IconButton icon={ICONS.reset} label="Reset the session" tip="Give this session the state that a new one begins with" disabled={!session.value} onClick={() => void reported(reset())} />
    </>
  );
}

export function StateTree() {
  useEffect(() => {
    watching.value = true;
    return () => {
      watching.value = false;
    };
  }, []);
  if (!session.value) {
    return (
      <Empty icon={ICONS.braces} title="No session is open">
        As soon as a browser shows the app, its state stands here.
      </Empty>
    );
  }
  if (problem.value) return <Empty icon={ICONS.alert} title={problem.value} />;
  if (found.value) return <Found />;
  if (!rows.value.length) {
    if (!known.value) return null;
    return (
      <Empty icon={ICONS.braces} title="The state is empty">
        init_state({"{…}"}) in main.py says what it begins with; handlers set the rest.
      </Empty>
    );
  }
  return (
    <div class="state-tree" role="tree" aria-label="State of the session" onKeyDown={onKey}>
      {rows.value.map((row, i) => (
        <StateRow key={JSON.stringify(row.path)} row={row} first={i === 0} />
      ))}
      {restOf([]) > 0 && <More path={[]} depth={0} />}
    </div>
  );
}

function StateRow({ row, first }: { row: Row; first: boolean }) {
  const { path, place, depth, open } = row;
  const id = JSON.stringify(path);
  const container = place.kind === "object" || place.kind === "list";
  const current = focused.value === id || (first && !rows.value.some((each) => JSON.stringify(each.path) === focused.value));
  const element = useRef<HTMLDivElement>(null);
  const rest = open ? restOf(path) : 0;
  return (
    <>
      <div
        ref={element}
        class={`state-row kind-${place.kind} ${flashing.value.has(id) ? "flash" : ""}`}
        role="treeitem"
        aria-level={depth + 1}
        aria-expanded={container && (place.size ?? 0) > 0 ? open : undefined}
        aria-label={`${place.key}: ${place.preview}`}
        tabIndex={current ? 0 : -1}
        data-path={id}
        style={`padding-left:${8 + depth * 16}px`}
        onFocus={() => (focused.value = id)}
        onClick={() => container && toggle(path)}
        onDblClick={() => place.value !== undefined && !container && (editing.value = id)}
      >
        <span class="twist">{container && (place.size ?? 0) > 0 && <Icon icon={open ? ICONS.chevronDown : ICONS.chevronRight} />}</span>
        <span class="state-key mono">{String(place.key)}</span>
        {editing.value === id ? <ValueInput path={path} value={place.value ?? null} back={element} /> : <span class="state-value mono">{place.kind === "text" ? JSON.stringify(place.preview) : place.preview}</span>}
        <span class="spring" />
        <Readers path={path} />
        <Writer place={place} />
        <span class="quiet state-type">{place.type}</span>
        {place.value === undefined ? <span class="row-button-gap" /> : <IconButton icon={ICONS.pencil} label={`Edit ${place.key}`} class="quiet-button row-button" onClick={(event) => (event.stopPropagation(), (editing.value = id))} />}
      </div>
      {rest > 0 && <More path={path} depth={depth + 1} />}
    </>
  );
}

function More({ path, depth }: { path: StatePath; depth: number }) {
  return (
    <button type="button" class="link state-more" style={`margin-left:${28 + depth * 16}px`} onClick={() => void reported(more(path))}>
      {restOf(path).toLocaleString("en")} more
    </button>
  );
}

/** Components whose fields read it; a click selects the component. */
function Readers({ path }: { path: StatePath }) {
  const readers = [...new Map(readersOf(path).map((each) => [each.component, each])).values()];
  if (!readers.length) return null;
  const go = (page: string, component: string): void => {
    if (page !== current.value?.key) showPage(page);
    select(component);
  };
  return (
    <span class="readers" onClick={(event) => event.stopPropagation()}>
      {readers.slice(0, 2).map((each) => (
        <button key={each.component} type="button" tabIndex={-1} class="use mono" data-tip={`${each.component} reads it in ${each.field}`} onClick={() => go(each.page, each.component)}>
          {each.component}
        </button>
      ))}
      {readers.length > 2 && <span class="quiet" data-tip={readers.slice(2).map((each) => each.component).join(", ")}>+{readers.length - 2}</span>}
    </span>
  );
}

function Writer({ place }: { place: StatePlace }) {
  if (!place.writer?.file) return null;
  const { handler, file, line } = place.writer;
  return (
    <button type="button" tabIndex={-1} class="link mono writer" data-tip={`Written last ${handler ? `by ${handler} ` : ""}in ${file}, line ${line}`} onClick={(event) => (event.stopPropagation(), openAt(file, line, 1))}>
      {handler || file}:{line}
    </button>
  );
}

function ValueInput({ path, value, back }: { path: StatePath; value: Json; back: { current: HTMLElement | null } }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const close = (): void => {
    editing.value = "";
    back.current?.focus();
  };
  const take = (): void => {
    let next: Json;
    try {
      next = JSON.parse(input.current!.value) as Json;
    } catch {
      toast("This is no JSON. Texts stand in double quotes.", "bad");
      return;
    }
    close();
    void reported(assign(path, next));
  };
  return (
    <input
      ref={input}
      class="input mono state-input"
      aria-label={`Value of ${path[path.length - 1]} as JSON`}
      defaultValue={JSON.stringify(value)}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") take();
        if (event.key === "Escape") close();
      }}
      onBlur={() => (editing.value = "")}
    />
  );
}

function Found() {
  const { found: places, complete } = found.value!;
  if (!places.length) return <Empty title="Nothing matches">Keys and values were searched{complete ? "" : ", as far as they were"}.</Empty>;
  return (
    <ul class="state-found" aria-label="Found in the state">
      {places.map((place) => (
        <li key={JSON.stringify(place.path)}>
          <button type="button" class="link mono" onClick={() => (revealPath(place.path), (focused.value = JSON.stringify(place.path)))}>
            {place.path.join(".")}
          </button>
          <span class="state-value mono">{place.preview}</span>
        </li>
      ))}
      {!complete && <li class="quiet">There is more; search for something narrower.</li>}
    </ul>
  );
}

function onKey(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const all = rows.peek();
  const at = all.findIndex((row) => JSON.stringify(row.path) === (event.target as HTMLElement).dataset["path"]);
  const row = all[at];
  if (!row) return;
  const container = (row.place.size ?? 0) > 0;
  const go = (next: Row | undefined): void => {
    if (next) event.currentTarget.querySelector<HTMLElement>(`[data-path="${CSS.escape(JSON.stringify(next.path))}"]`)?.focus();
  };
  const act: Record<string, () => void> = {
    ArrowDown: () => go(all[at + 1]),
    ArrowUp: () => go(all[at - 1]),
    Home: () => go(all[0]),
    End: () => go(all[all.length - 1]),
    ArrowRight: () => (container && !row.open ? toggle(row.path, true) : go(all[at + 1])),
    ArrowLeft: () => (row.open ? toggle(row.path, false) : go(all.slice(0, at).reverse().find((each) => each.depth < row.depth))),
    Enter: () => (container ? toggle(row.path) : row.place.value !== undefined && (editing.value = JSON.stringify(row.path))),
    F2: () => row.place.value !== undefined && (editing.value = JSON.stringify(row.path)),
  };
  const command = act[event.key];
  if (!command) return;
  event.preventDefault();
  event.stopPropagation();
  command();
}
