/** Open files: what is on disk, what is typed, and what happens when both differ. The editor itself is a lazy chunk. */
import { batch, computed, effect, signal } from "@preact/signals";
import { ApiError, type Api } from "./api.ts";
import type { Editor } from "./editor.ts";
import { check, forget } from "./findings.ts";
import { formatted, forSaving, importsOrganised } from "./formatting.ts";
import { dock, openPane } from "./layout.ts";
import { isShown } from "./panes.ts";
import type { Component, LogRecord, Place, ServerPush, TraceFrame } from "./protocol.ts";
import { read, write } from "./remembered.ts";
import { catalogue, current, files, fired, handlerByName, pages, selected, status } from "./store.ts";
import { reported, toast, toastError } from "./toast.tsx";

/** A file that is open. `saved` is the text that `digest` stands for. */
export interface OpenFile {
  path: string;
  saved: string;
  digest: string;
  /** The other version, when the file changed on disk under unsaved work; `gone` when it was deleted. */
  conflict: { text: string; digest: string } | "gone" | null;
  /** Whether unsaved work of an earlier visit was brought back. */
  restored: boolean;
}

/** A message at a place in a file. Lines count from 1, columns from 0 in code points. */
export interface Mark {
  path: string;
  line: number;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
  message: string;
  kind: "load" | "run";
  handler: string;
}

const DRAFT_MS = 500;

export const open = signal<ReadonlyMap<string, OpenFile>>(new Map());
export const tabs = signal<string[]>([]);
export const active = signal<string | null>(null);
export const dirty = signal<ReadonlySet<string>>(new Set());
export const saving = signal(false);
export const marks = signal<Mark[]>([]);
export const editor = signal<Editor | null>(null);
export const activeFile = computed(() => (active.value ? (open.value.get(active.value) ?? null) : null));

let api: Api;
let appPath = "";
let wantEditor: (editor: Editor) => void = () => undefined;
const editorReady = new Promise<Editor>((resolve) => (wantEditor = resolve));
const draftTimers = new Map<string, number>();

export function startCode(with_: Api, path: string): void {
  api = with_;
  appPath = path;
  effect(() => {
    const error = status.value.error;
    const rest = marks.peek().filter((mark) => mark.kind === "run" && status.value.state !== "live");
    const mark = error && status.value.state !== "live" ? markOf(error.frames, `${error.type}: ${error.message}`, "load", "") : null;
    marks.value = mark ? [...rest, mark] : rest;
  });
  window.addEventListener("beforeunload", (event) => {
    for (const path_ of dirty.peek()) keepDraft(path_);
    if (dirty.peek().size) event.preventDefault();
  });
}

export function editorMounted(made: Editor): void {
  editor.value = made;
  wantEditor(made);
}

// --- drafts ----------------------------------------------------------------------------------------

const draftName = (path: string): string => `draft:${appPath}:${path}`;

function keepDraft(path: string): void {
  clearTimeout(draftTimers.get(path));
  const file = open.peek().get(path);
  const text = editor.peek()?.textOf(path);
  if (file && text !== undefined) write(draftName(path), text === file.saved ? null : { text, base: file.digest });
}

/** The editor's text changed. */
export function typed(path: string): void {
  const file = open.peek().get(path);
  const text = editor.peek()?.textOf(path);
  if (!file || text === undefined) return;
  setDirty(path, text !== file.saved);
  check(path);
  clearTimeout(draftTimers.get(path));
  draftTimers.set(path, window.setTimeout(() => keepDraft(path), DRAFT_MS));
}

function setDirty(path: string, is: boolean): void {
  if (dirty.peek().has(path) === is) return;
  const next = new Set(dirty.peek());
  if (is) next.add(path);
  else next.delete(path);
  dirty.value = next;
}

function update(path: string, change: Partial<OpenFile>): void {
  const file = open.peek().get(path);
  if (file) open.value = new Map(open.peek()).set(path, { ...file, ...change });
}

// --- opening ---------------------------------------------------------------------------------------

/** Show a file, and put the cursor at a place in it (both counted from 0) where one is given. */
export async function openFile(path: string, at: { line: number; character: number; toEnd?: boolean } | null = null, focus = false): Promise<boolean> {
  if (focus || at) openPane("code");
  if (!open.peek().has(path) && !(await load(path))) return false;
  active.value = path;
  const ready = editor.peek() ?? (isShown(dock.peek(), "code") ? await editorReady : null);
  if (ready) {
    ready.show(path);
    if (at) ready.goTo(at.line, at.character, at.toEnd);
    if (focus) ready.focus();
  }
  return true;
}

async function load(path: string): Promise<boolean> {
  const file = await reported(api.readFile(path));
  if (!file) return false;
  const ready = await editorReady;
  ready.add(path, file.text);
  adopt(path, file.text, file.digest);
  const draft = read<{ text: string; base: string }>(draftName(path));
  if (draft && typeof draft.text === "string" && draft.text !== file.text) {
    ready.replace(path, draft.text);
    update(path, draft.base === file.digest ? { restored: true } : { conflict: { text: file.text, digest: file.digest }, digest: draft.base });
    setDirty(path, true);
  }
  check(path);
  return true;
}

function adopt(path: string, text: string, digest: string): void {
  batch(() => {
    open.value = new Map(open.peek()).set(path, { path, saved: text, digest, conflict: null, restored: false });
    if (!tabs.peek().includes(path)) tabs.value = [...tabs.peek(), path];
  });
}

export function closeFile(path: string): void {
  if (dirty.peek().has(path)) {
    toast(`${path} has changes that aren't saved. Save them, or undo them, before you close it.`);
    return;
  }
  const rest = tabs.peek().filter((each) => each !== path);
  const next = new Map(open.peek());
  next.delete(path);
  batch(() => {
    tabs.value = rest;
    open.value = next;
    if (active.peek() === path) active.value = rest[rest.length - 1] ?? null;
  });
  forget(path);
  editor.peek()?.remove(path);
  if (active.peek()) editor.peek()?.show(active.peek()!);
}

export async function createFile(path: string): Promise<void> {
  if (await reported(api.createFile(path))) await openFile(path, null, true);
}

// --- saving ----------------------------------------------------------------------------------------

/** What was asked to be saved while a save was under way. */
let saveAgain: string | null = null;

/** Save the file in front; `keepMine` writes over what has changed on disk, which the person has seen. */
export async function save(path = active.peek(), keepMine = false): Promise<void> {
  const file = path ? open.peek().get(path) : undefined;
  const typedText = path ? editor.peek()?.textOf(path) : undefined;
  if (!path || !file || typedText === undefined) return;
  if (saving.peek()) {
    saveAgain = path;
    return;
  }
  if (file.conflict && !keepMine) return;
  if (typedText === file.saved && !file.conflict) return;
  const base = keepMine && file.conflict && file.conflict !== "gone" ? file.conflict.digest : file.digest;
  saving.value = true;
  try {
    const text = await tidied(path, typedText);
    if (keepMine && file.conflict === "gone") await api.createFile(path).then((made) => api.saveFile(path, text, made.digest)).then((made) => saved(path, text, made.digest));
    else saved(path, text, (await api.saveFile(path, text, base)).digest);
  } catch (error) {
    if (error instanceof ApiError && error.status === 409 && error.current) update(path, { conflict: error.current });
    else if (error instanceof ApiError && (error.status === 404 || error.code === "conflict")) update(path, { conflict: "gone" });
    else toastError(error);
  } finally {
    saving.value = false;
  }
  const next = saveAgain;
  saveAgain = null;
  if (next) await save(next);
}

/** What is saved: the text as ruff formats it, put into the editor as well, unless someone typed on meanwhile. */
async function tidied(path: string, text: string): Promise<string> {
  const nicer = await forSaving(path, text);
  const now = editor.peek()?.textOf(path) ?? text;
  if (now !== text) return now;
  editor.peek()?.replace(path, nicer);
  return nicer;
}

/** Rewrite the file in front; an answer for a text that is no longer there is dropped. */
async function rewrite(how: (path: string, text: string) => Promise<string>): Promise<void> {
  const path = active.peek();
  const text = path ? editor.peek()?.textOf(path) : undefined;
  if (!path?.endsWith(".py") || text === undefined) return;
  const next = await reported(how(path, text));
  if (next !== null && next !== undefined && editor.peek()?.textOf(path) === text) editor.peek()?.replace(path, next);
}

export const organiseImports = (): Promise<void> => rewrite(importsOrganised);

export const formatFile = (): Promise<void> => rewrite(formatted);

function saved(path: string, text: string, digest: string): void {
  batch(() => {
    update(path, { saved: text, digest, conflict: null, restored: false });
    setDirty(path, editor.peek()?.textOf(path) !== text);
  });
  keepDraft(path);
}

/** The service has written a file that is open here, with all that was typed in it. */
export function takeSaved(path: string, text: string, digest: string): void {
  if (open.peek().has(path)) followDisk(path, text, digest);
}

/** Take what is on disk; what was typed can be had back with undo. */
export function takeDisk(path: string): void {
  const file = open.peek().get(path);
  if (!file?.conflict || file.conflict === "gone") return;
  const { text, digest } = file.conflict;
  followDisk(path, text, digest);
}

/** Back to the saved text, from unsaved work that was brought back. */
export function dropDraft(path: string): void {
  const file = open.peek().get(path);
  if (file) followDisk(path, file.saved, file.digest);
}

function followDisk(path: string, text: string, digest: string): void {
  batch(() => {
    update(path, { saved: text, digest, conflict: null, restored: false });
    editor.peek()?.replace(path, text);
    setDirty(path, false);
  });
  check(path);
  keepDraft(path);
}

/** A file has changed on disk, perhaps by our own save. */
export async function changedOnDisk(message: Extract<ServerPush, { type: "file" }>): Promise<void> {
  const { path, digest } = message;
  const file = open.peek().get(path);
  if (!file || file.digest === digest || saving.peek()) return;
  if (digest === null) {
    update(path, { conflict: "gone" });
    return;
  }
  const now = await api.readFile(path).catch(() => null);
  const after = open.peek().get(path);
  if (!now || !after || after.digest === now.digest || saving.peek()) return;
  if (dirty.peek().has(path)) update(path, { conflict: { text: now.text, digest: now.digest } });
  else followDisk(path, now.text, now.digest);
}

/** After a lost connection: anything may have changed meanwhile. */
export async function compareWithDisk(): Promise<void> {
  for (const path of open.peek().keys()) await changedOnDisk({ type: "file", path, digest: "" });
}

// --- handlers --------------------------------------------------------------------------------------

/** The handler of an event, made and linked if there is none; its body in front, the cursor in it. */
export async function createHandler(component: string, event: string, path = "main.py"): Promise<void> {
  const page = current.value?.key;
  if (page === undefined) return;
  openPane("code");
  const file = open.peek().get(path);
  if (file?.conflict) {
    toast(`${path} has changed on disk. Choose a version first, at the top of the code.`, "bad");
    return;
  }
  const text = editor.peek()?.textOf(path);
  const buffer = file && text !== undefined && dirty.peek().has(path) ? { text, base_digest: file.digest } : null;
  const linked = pages.value.flatMap((each) => findIn(each.page, component))[0]?.on?.[event];
  const existed = linked !== undefined && handlerByName.value.has(linked);
  // The answer brings the text and the place in it; the file's own news must not come between.
  saving.value = true;
  const made = await reported(api.createHandler(page, component, event, path, buffer));
  saving.value = false;
  if (!made) return;
  const known = open.peek().get(made.path);
  const typedMeanwhile = made.path === path && text !== undefined && editor.peek()?.textOf(path) !== text;
  if (known && known.digest !== made.digest) {
    if (typedMeanwhile) {
      update(made.path, { conflict: { text: made.text, digest: made.digest } });
      return;
    }
    followDisk(made.path, made.text, made.digest);
  }
  // The stub's example is there to be typed over.
  await openFile(made.path, { line: made.line, character: made.character, toEnd: !existed }, true);
}

/** Double-click and F4: the default handler of a component. */
export async function openDefaultHandler(id = selected.peek()): Promise<void> {
  const page = current.value?.page;
  const component = page && id ? [...pages.value].flatMap((each) => findIn(each.page, id))[0] : undefined;
  const type = component && catalogue.value[component.type];
  if (!component || !type) return;
  const linked = Object.keys(component.on ?? {})[0];
  const event = type.default_event && (component.on?.[type.default_event] || !linked) ? type.default_event : (linked ?? Object.keys(type.events)[0]);
  if (!event) {
    toast(`${type.title} has no events.`);
    return;
  }
  await createHandler(component.id, event);
}

function findIn(component: Component, id: string): Component[] {
  if (component.id === id) return [component];
  return (component.children ?? []).flatMap((child) => findIn(child, id));
}

export async function openHandler(name: string): Promise<void> {
  const place = await reported<Place>(api.handlerPlace(name));
  if (place) await openFile(place.path, place, true);
}

export function openFrame(frame: TraceFrame): void {
  if (frame.owner !== "app") {
    toast(`${frame.file} belongs to an installed package; the code pane shows the app's files.`);
    return;
  }
  void openFile(frame.file, { line: frame.line - 1, character: frame.column ?? 0 }, true);
}

/** Open a file of the app at a place that counts from 1, as Python and people do. */
export function openAt(path: string, line: number, column: number): void {
  void openFile(path, { line: Math.max(0, line - 1), character: Math.max(0, column - 1) }, true);
}

// --- errors at their lines ---------------------------------------------------------------------------

function markOf(frames: readonly TraceFrame[], message: string, kind: Mark["kind"], handler: string): Mark | null {
  const frame = [...frames].reverse().find((each) => each.owner === "app");
  if (!frame) return null;
  return {
    path: frame.file,
    line: frame.line,
    column: frame.column,
    endLine: frame.end_line,
    endColumn: frame.end_column,
    message,
    kind,
    handler,
  };
}

/** Errors of handlers, as they come: the newest of each handler stands at its line. */
export function markErrors(records: readonly LogRecord[]): void {
  for (const record of records) {
    if (!record.error || !record.handler) continue;
    const mark = markOf(record.error.frames, `${record.error.type}: ${record.error.message}`, "run", record.handler);
    if (mark) marks.value = [...marks.value.filter((each) => each.kind === "load" || each.handler !== record.handler), mark];
  }
}

/** A good run of a handler takes its error away. */
export function startForgettingErrors(): void {
  effect(() => {
    const good = new Set([...fired.value.values()].filter((each) => each.status === "ok").map((each) => each.handler));
    const rest = marks.peek().filter((mark) => mark.kind === "load" || !good.has(mark.handler));
    if (rest.length !== marks.peek().length) marks.value = rest;
  });
}

/** The line was edited: what stood there may be mended. */
export function forgetMark(mark: Mark): void {
  marks.value = marks.value.filter((each) => each !== mark);
}

/** Python first, the way the app's author reads it. */
export const sourceFiles = computed(() => files.value.filter((file) => /\.(py|toml|json|md|txt|css|js|html|csv|yaml|yml|ini|cfg|sql)$/.test(file.path)));
