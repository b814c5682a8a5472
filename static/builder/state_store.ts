/** The state of one session as the pane shows it: which levels are open, what stands there, and what just changed. */
import { batch, computed, effect, signal } from "@preact/signals";
import type { Api } from "./api.ts";
import type { Json, Reference, StateLevel, StatePath, StatePlace } from "./protocol.ts";
import { ownSession, pages, sessions, status } from "./store.ts";

export interface Row {
  path: StatePath;
  place: StatePlace;
  depth: number;
  open: boolean;
}

const FLASH_MS = 900;
/** Changes come up to 20 times a second; the pane is brought up to date a little less often. */
const REFRESH_MS = 120;
const SEARCH_MS = 200;

const name = (path: StatePath): string => JSON.stringify(path);

/** The session that was chosen; empty for that of the canvas. */
export const chosen = signal("");
export const searched = signal("");
export const found = signal<{ found: (StatePlace & { path: StatePath })[]; complete: boolean } | null>(null);
export const problem = signal("");
const levels = signal<ReadonlyMap<string, StateLevel>>(new Map());
const opened = signal<ReadonlySet<string>>(new Set([name([])]));
export const flashing = signal<ReadonlySet<string>>(new Set());
const references = signal<readonly Reference[]>([]);
/** Whether the pane is on the screen; hidden, it asks for nothing. */
export const watching = signal(false);

export const session = computed(() => {
  const known = sessions.value.map((each) => each.id);
  return [chosen.value, ownSession.value, known[0] ?? ""].find((id) => known.includes(id)) ?? "";
});

export const rows = computed<Row[]>(() => {
  const all: Row[] = [];
  const visit = (path: StatePath, depth: number): void => {
    for (const place of levels.value.get(name(path))?.items ?? []) {
      const below = [...path, place.key];
      const open = opened.value.has(name(below));
      all.push({ path: below, place, depth, open });
      if (open) visit(below, depth + 1);
    }
  };
  visit([], 0);
  return all;
});

/** Whether what the session has at its top is here, be it nothing. */
export const known = computed(() => levels.value.has(name([])));

/** How much of a level isn't shown, as a row to ask for more. */
export function restOf(path: StatePath): number {
  const level = levels.value.get(name(path));
  return level ? Math.max(0, (level.size ?? 0) - level.items.length) : 0;
}

/** The components whose fields or bindings read what stands at `path`, or a part of it. */
export function readersOf(path: StatePath): Reference[] {
  const texts = path.map(String);
  return references.value.filter((each) => each.path.every((part, i) => i >= texts.length || String(part) === texts[i]));
}

let api: Api;

export function startState(with_: Api): void {
  api = with_;
  effect(() => {
    void session.value;
    batch(() => {
      levels.value = new Map();
      found.value = null;
    });
    if (watching.value) void refresh();
  });
  effect(() => {
    void [status.value.generation, pages.value];
    if (watching.value) void loadReferences();
  });
  effect(() => {
    const text = searched.value.trim();
    const id = session.value;
    if (!text || !id || !watching.value) {
      found.value = null;
      return;
    }
    const timer = setTimeout(() => void api.findState(id, text).then((answer) => searched.peek().trim() === text && (found.value = answer), () => {}), SEARCH_MS);
    return () => clearTimeout(timer);
  });
}

/** What stands at a path of the session now; nothing, if there is none or it can't be asked. */
export async function levelOf(path: StatePath): Promise<StatePlace[]> {
  if (!session.peek()) return [];
  return api.state(session.peek(), path).then((level) => level.items, () => []);
}

let refreshing = 0;

export function touched(id: string, paths: readonly StatePath[]): void {
  if (id !== session.peek() || !watching.peek()) return;
  const names = paths.map(name);
  flashing.value = new Set([...flashing.peek(), ...names]);
  setTimeout(() => {
    const rest = new Set(flashing.peek());
    names.forEach((each) => rest.delete(each));
    flashing.value = rest;
  }, FLASH_MS);
  if (!refreshing) refreshing = window.setTimeout(() => void refresh(), REFRESH_MS);
}

async function refresh(): Promise<void> {
  clearTimeout(refreshing);
  refreshing = 0;
  const id = session.peek();
  if (!id) return;
  const wanted = [...opened.peek()].map((each) => JSON.parse(each) as StatePath);
  const answers = await Promise.all(wanted.map((path) => api.state(id, path).then((level) => [name(path), level] as const, (error: Error) => [name(path), error] as const)));
  if (id !== session.peek()) return;
  batch(() => {
    const next = new Map<string, StateLevel>();
    for (const [key, level] of answers) if (!(level instanceof Error)) next.set(key, level);
    levels.value = next;
    const top = answers.find(([key]) => key === name([]))?.[1];
    problem.value = top instanceof Error ? top.message : "";
  });
}

async function loadReferences(): Promise<void> {
  const id = session.peek();
  if (id) references.value = await api.references(id).then((answer) => answer.references, () => []);
}

export function toggle(path: StatePath, open = !opened.peek().has(name(path))): void {
  const next = new Set(opened.peek());
  if (open) next.add(name(path));
  else next.delete(name(path));
  opened.value = next;
  if (open) void refresh();
}

/** Open everything above `path`, so that its row is there. */
export function revealPath(path: StatePath): void {
  const next = new Set(opened.peek());
  path.forEach((_, i) => next.add(name(path.slice(0, i))));
  opened.value = next;
  searched.value = "";
  void refresh();
}

export async function more(path: StatePath): Promise<void> {
  const level = levels.peek().get(name(path));
  if (!level) return;
  const next = await api.state(session.peek(), path, level.items.length);
  levels.value = new Map(levels.peek()).set(name(path), { ...next, items: [...level.items, ...next.items] });
}

export async function assign(path: StatePath, value: Json): Promise<void> {
  await api.assign(session.peek(), path, value);
  await refresh();
}

export async function reset(): Promise<void> {
  await api.reset(session.peek());
  await refresh();
}
