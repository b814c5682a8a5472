/** Open files: what is on disk, what is typed, and what happens when both differ. The editor itself is a lazy chunk. */
import { batch, computed, effect, signal } from "@preact/signals";
import { ApiError, type Api } from "./api.ts";
import { draftOf, keepNow, keepSoon, moveDraft, startDrafts } from "./drafts.ts";
import type { Editor } from "./editor.ts";
import { check, forget } from "./findings.ts";
import { isInstalled, readInstalled } from "./installed.ts";
import { dock, openPane } from "./layout.ts";
import { isShown } from "./panes.ts";
import type { SourceFile } from "./protocol.ts";
import { status } from "./store.ts";
import { reported, toastError } from "./toast.tsx";

/** What else is on disk now: another text, nothing, or what no editor shows, and why. */
export type Conflict = { text: string; digest: string } | "gone" | { unreadable: string };

/** A file that is open. `saved` is the text that `digest` stands for. */
export interface OpenFile {
  path: string;
  /** `other`: what an editor for text can't show; `message` says why. */
  kind: "text" | "picture" | "other";
  message: string;
  saved: string;
  digest: string;
  /** How the text lies in its file, where that isn't the usual way. */
  form: string;
  /** What is on disk, when that changed under unsaved work. */
  conflict: Conflict | null;
  /** Whether unsaved work of an earlier visit was brought back. */
  restored: boolean;
}

const PICTURE = /\.(png|jpe?g|gif|webp|avif|bmp|svg|ico)$/i;

export const open = signal<ReadonlyMap<string, OpenFile>>(new Map());
export const tabs = signal<string[]>([]);
export const active = signal<string | null>(null);
export const dirty = signal<ReadonlySet<string>>(new Set());
export const saving = signal(false);
/** From the key until the service says what it does. */
export const savingShown = signal(false);
export const editor = signal<Editor | null>(null);
export const activeFile = computed(() => (active.value ? (open.value.get(active.value) ?? null) : null));

let api: Api;
let wantEditor: (editor: Editor) => void = () => undefined;
const editorReady = new Promise<Editor>((resolve) => (wantEditor = resolve));
/** Paths that we are about to move or delete ourselves: their news is ours. */
export const leaving = new Set<string>();

export function startFiles(with_: Api, appPath: string): void {
  api = with_;
  void startDrafts(with_, appPath).then(async (paths) => {
    for (const path of paths) await openDraft(path);
  });
  effect(() => {
    void status.value;
    savingShown.value = false;
  });
  window.addEventListener("beforeunload", (event) => {
    for (const path of dirty.peek()) keepNow(path, unsaved(path));
    if (dirty.peek().size) event.preventDefault();
  });
}

export function editorMounted(made: Editor): void {
  editor.value = made;
  wantEditor(made);
}

export function unsaved(path: string): { text: string; base: string } | null {
  const file = open.peek().get(path);
  const text = editor.peek()?.textOf(path);
  return file && text !== undefined && (text !== file.saved || file.conflict) ? { text, base: file.digest } : null;
}

/** The editor's text changed. */
export function typed(path: string): void {
  const file = open.peek().get(path);
  const text = editor.peek()?.textOf(path);
  if (!file || text === undefined) return;
  setDirty(path, text !== file.saved);
  check(path);
  keepSoon(path, () => unsaved(path));
}

export function setDirty(path: string, is: boolean): void {
  if (dirty.peek().has(path) === is) return;
  const next = new Set(dirty.peek());
  if (is) next.add(path);
  else next.delete(path);
  dirty.value = next;
}

export function update(path: string, change: Partial<OpenFile>): void {
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
  if (ready && open.peek().get(path)?.kind === "text") {
    ready.show(path);
    if (at) ready.goTo(at.line, at.character, at.toEnd);
    if (focus) ready.focus();
  }
  return true;
}

async function load(path: string, asText = false): Promise<boolean> {
  if (PICTURE.test(path) && !asText) {
    adopt(path, { kind: "picture" });
    return true;
  }
  let file: SourceFile;
  try {
    file = isInstalled(path) ? await readInstalled(path) : await api.readFile(path);
  } catch (error) {
    const isOther = error instanceof ApiError && error.code === "not_editable";
    if (isOther) adopt(path, { kind: "other", message: error.message });
    else toastError(error);
    return isOther;
  }
  (await editorReady).add(path, file.text);
  adopt(path, { saved: file.text, digest: file.digest, form: formOf(file) });
  const draft = draftOf(path);
  if (draft && draft.text !== file.text) bringBack(path, draft.text, draft.base);
  else if (draft) keepNow(path, null);
  check(path);
  return true;
}

/** A picture that is text as well (SVG), in the editor. */
export async function openAsText(path: string): Promise<void> {
  drop(path);
  if (await load(path, true)) await openFile(path, null, true);
}

/** Unsaved work of an earlier visit: its file is a tab again, and where that is gone, the work is there still. */
async function openDraft(path: string): Promise<void> {
  const draft = draftOf(path);
  if (!draft || open.peek().has(path)) return;
  try {
    await api.readFile(path);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 422)) return;
    (await editorReady).add(path, draft.text);
    adopt(path, { digest: draft.base, conflict: error.status === 404 ? "gone" : { unreadable: error.message }, restored: true });
    setDirty(path, true);
    return;
  }
  if ((await load(path)) && !active.peek()) await openFile(path);
}

function bringBack(path: string, text: string, base: string): void {
  const { saved, digest } = open.peek().get(path)!;
  editor.peek()?.replace(path, text);
  update(path, base === digest ? { restored: true } : { restored: true, conflict: { text: saved, digest }, digest: base });
  setDirty(path, true);
}

function adopt(path: string, file: Partial<OpenFile>): void {
  batch(() => {
    open.value = new Map(open.peek()).set(path, { path, kind: "text", message: "", saved: "", digest: "", form: "", conflict: null, restored: false, ...file });
    if (!tabs.peek().includes(path)) tabs.value = [...tabs.peek(), path];
  });
}

/** Words for what a text keeps when it is saved: other line ends, a byte order mark, an encoding. */
function formOf(file: SourceFile): string {
  const ends = { "\r\n": "CRLF", "\r": "CR" }[file.newline ?? "\n"];
  const encoding = file.encoding && file.encoding !== "utf-8" ? file.encoding : file.bom ? "UTF-8 with BOM" : "";
  return [ends, encoding].filter(Boolean).join(", ");
}

export function drop(path: string): void {
  const at = tabs.peek().indexOf(path);
  const rest = tabs.peek().filter((each) => each !== path);
  const next = new Map(open.peek());
  next.delete(path);
  batch(() => {
    tabs.value = rest;
    open.value = next;
    setDirty(path, false);
    if (active.peek() === path) active.value = rest[Math.min(at, rest.length - 1)] ?? null;
  });
  forget(path);
  editor.peek()?.remove(path);
  if (active.peek()) editor.peek()?.show(active.peek()!);
}

export async function createFile(path: string): Promise<boolean> {
  return (await reported(api.createFile(path))) !== null && (await openFile(path, null, true));
}

// --- moving ----------------------------------------------------------------------------------------

/** Run what moves or deletes files ourselves, so that the service's news of it isn't taken for somebody else's. */
export async function whileLeaving<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  for (const path of paths) leaving.add(path);
  try {
    return await work();
  } finally {
    for (const path of paths) leaving.delete(path);
  }
}

/** Files have other names: their tabs, unsaved work, cursors and undo go with them. */
export function moved(pairs: readonly (readonly [string, string])[]): void {
  for (const [path, to] of pairs) {
    const file = open.peek().get(path);
    moveDraft(path, to);
    if (!file) continue;
    const isDirty = dirty.peek().has(path);
    editor.peek()?.rename(path, to);
    batch(() => {
      const next = new Map(open.peek());
      next.delete(path);
      open.value = next.set(to, { ...file, path: to });
      tabs.value = tabs.peek().map((each) => (each === path ? to : each));
      setDirty(path, false);
      setDirty(to, isDirty);
      if (active.peek() === path) active.value = to;
    });
    forget(path);
    check(to);
  }
}

/** Files were deleted by us. What was typed in them and not saved goes too: that was asked. */
export function deleted(paths: readonly string[]): void {
  for (const path of paths.filter((each) => open.peek().has(each))) {
    keepNow(path, null);
    drop(path);
  }
}
