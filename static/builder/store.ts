/** What the Builder's page knows: one set of signals. Pages, files and status are the service's; the rest is this page's. */
import { batch, computed, signal } from "@preact/signals";
import { reconcileTrees, withParts } from "../app/reconcile.ts";
import { find, takenIds } from "./changes.ts";
import type { AppFile, BrokenPage, Catalogue, Component, Fired, Handler, Layout, Overview, PageChanges, PageState, ServerPush, SessionInfo, Status, Environment } from "./protocol.ts";

export const appName = signal("");
export const catalogue = signal<Catalogue>({});
export const pages = signal<PageState[]>([]);
export const broken = signal<BrokenPage[]>([]);
export const environment = signal<Environment | null>(null);
export const files = signal<AppFile[]>([]);
/** Paths of the app's folders, empty ones too. */
export const folders = signal<string[]>([]);
/** Whether `files` are all of them. */
export const filesComplete = signal(true);
export const handlers = signal<Handler[]>([]);
export const status = signal<Status>({ state: "starting", generation: null, ms: null, kept: 0, dropped: {}, message: "", error: null, responding: true });
/** `component event` → when it was last fired and how that went. */
export const fired = signal<ReadonlyMap<string, Fired>>(new Map());

/** The broken page that is looked at although others could be shown. */
export const brokenShown = signal<string | null>(null);
/** The browsers that are here, by their short ids. */
export const sessions = signal<SessionInfo[]>([]);
/** That of the previewed page. */
export const ownSession = signal("");

/** That of the second user's page; empty while there is none. */
export const secondSession = signal("");
/** As much of a session's id as the service calls it by where people see it. */
export const shortId = (id: string): string => id.slice(0, 8);

export const loaded = signal(false);
export const loadProblem = signal<string | null>(null);
export const connected = signal(true);
/** Why nothing can be changed here; `null`: everything can. */
export const readOnly = signal<string | null>(null);

export const pageKey = signal("");
export const selected = signal<string | null>(null);
/** What else is selected on the same page; `selected` is what settings and keys are about. */
export const alsoSelected = signal<readonly string[]>([]);
export const hovered = signal<string | null>(null);
/** Components that are pointed out on the canvas, beside what is selected. */
export const outlined = signal<readonly string[]>([]);
export const useApp = signal(false);
/** Rectangles of the previewed page's components, as its agent reported them last. */
export const layout = signal<Layout | null>(null);
/** The component whose id is being edited, and where. */
export const renaming = signal<{ id: string; where: "tree" | "canvas" } | null>(null);

export const current = computed<PageState | null>(
  () => pages.value.find((each) => each.key === pageKey.value) ?? pages.value[0] ?? null,
);
export const selection = computed<Component | null>(() => {
  const page = current.value?.page;
  return page && selected.value ? find(page, selected.value) : null;
});
/** Everything that is selected, what was selected last at the end. */
export const selectedIds = computed<readonly string[]>(() => (selected.value ? [...alsoSelected.value, selected.value] : []));
export const taken = computed(() => takenIds(pages.value));
export const handlerByName = computed(() => new Map(handlers.value.map((each) => [each.name, each])));

// What the socket has told is newer than any overview: an answer may overtake a push, but not the news in it.
const told = new Set<ServerPush["type"]>();

export function takeOverview(overview: Overview): void {
  batch(() => {
    appName.value = overview.name;
    if (!told.has("catalogue")) catalogue.value = overview.catalogue;
    if (!told.has("pages")) takePages(overview.pages, overview.broken);
    if (!told.has("files")) takeFiles(overview.files, overview.folders, overview.files_complete);
    if (!told.has("handlers")) handlers.value = overview.handlers;
    if (!told.has("status")) status.value = overview.status;
    if (!told.has("access")) readOnly.value = overview.read_only;
    environment.value = overview.environment;
    loaded.value = true;
  });
}

function takeFiles(all: AppFile[], inFolders: string[], complete: boolean): void {
  batch(() => {
    files.value = all;
    folders.value = inFolders;
    filesComplete.value = complete;
  });
}

export function takePages(all: PageState[], withProblems: BrokenPage[]): void {
  batch(() => {
    pages.value = [...all].sort((a, b) => a.order - b.order || a.key.localeCompare(b.key));
    broken.value = withProblems;
    // The page that is looked at broke: that is what there is to see. Mended, it is looked at again.
    if (withProblems.some((each) => each.key === pageKey.value)) brokenShown.value = pageKey.value;
    else if (brokenShown.value && !withProblems.some((each) => each.key === brokenShown.value)) {
      pageKey.value = brokenShown.value;
      brokenShown.value = null;
    }
    if (!pages.value.some((each) => each.key === pageKey.value)) pageKey.value = pages.value[0]?.key ?? "";
  });
}

let readPage: (key: string) => void = () => undefined;

/** How a page is read whole when what came doesn't fit the one that is here. */
export function readPagesBy(read: (key: string) => void): void {
  readPage = read;
}

/** A page as the service has it now; a revision no newer than ours is no news. */
export function takePage(state: PageState | PageChanges): void {
  const known = pages.value.find((each) => each.key === state.key);
  if (known && known.revision >= state.revision) return;
  const { key, order, revision, undo, redo } = state;
  // A page that isn't here any more, or not yet, comes whole if it comes.
  if (!known && !("page" in state)) return;
  const page = treeOf(state, known);
  if (!page) return readPage(key);
  const next = { key, order, revision, page, undo, redo };
  takePages(known ? pages.value.map((each) => (each.key === key ? next : each)) : [...pages.value, next], broken.value);
}

/** What is as it was stays the same object: of a thousand rows, only what changed is drawn anew. `null`: it doesn't fit. */
function treeOf(state: PageState | PageChanges, known: PageState | undefined): Component | null {
  if ("page" in state) return reconcileTrees(known ? [known.page] : [], [state.page])[0]!;
  return known && known.revision >= state.base ? withParts<Component>(known.page, state.parts) : null;
}

export function dropPage(key: string): void {
  takePages(pages.value.filter((each) => each.key !== key), broken.value);
}

/** What the service pushes about pages, files, handlers and events; the log and open files have their own modules. */
export function takePush(message: ServerPush): void {
  told.add(message.type);
  switch (message.type) {
    case "status": {
      const { type: _, ...next } = message;
      status.value = next;
      break;
    }
    case "page":
    case "parts":
      takePage(message);
      break;
    case "pages":
      takePages(message.pages, message.broken);
      break;
    case "files":
      takeFiles(message.files, message.folders, message.complete);
      break;
    case "handlers":
      handlers.value = message.handlers;
      break;
    case "catalogue":
      catalogue.value = message.catalogue;
      break;
    case "access":
      readOnly.value = message.read_only;
      break;
    case "sessions":
      sessions.value = message.sessions;
      break;
    case "event": {
      const next = new Map(fired.value);
      next.set(`${message.component} ${message.event}`, message);
      fired.value = next;
      break;
    }
  }
}

export function select(id: string | null): void {
  batch(() => {
    alsoSelected.value = [];
    selected.value = id;
  });
}

/** Add a component to the selection, or take it out of it. */
export function selectMore(id: string): void {
  const all = selectedIds.peek();
  const next = all.includes(id) ? all.filter((each) => each !== id) : [...all, id];
  batch(() => {
    selected.value = next[next.length - 1] ?? null;
    alsoSelected.value = next.slice(0, -1);
  });
}

/** Select all of `ids`; the last one is what settings are about. */
export function selectAll(ids: readonly string[]): void {
  batch(() => {
    selected.value = ids[ids.length - 1] ?? null;
    alsoSelected.value = ids.slice(0, -1);
  });
}

export function showPage(key: string): void {
  batch(() => {
    pageKey.value = key;
    alsoSelected.value = [];
    selected.value = null;
    hovered.value = null;
  });
}
