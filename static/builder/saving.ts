/** Saving open files, closing them, and following what others write to them: nothing goes over anything unseen. */
import { batch } from "@preact/signals";
import { ApiError, type Api } from "./api.ts";
import { keepNow } from "./drafts.ts";
import { check } from "./findings.ts";
import { formatted, forSaving, importsOrganised } from "./formatting.ts";
import { isInstalled } from "./installed.ts";
import { active, type Conflict, dirty, drop, editor, leaving, open, saving, savingShown, setDirty, unsaved, update } from "./open_files.ts";
import type { ServerPush, SourceFile } from "./protocol.ts";
import { question } from "./question.tsx";
import { reported, toastError } from "./toast.tsx";

let api: Api;

export function startSaving(with_: Api): void {
  api = with_;
}

/** Close a tab; of unsaved work, ask first. Whether it is closed. */
export async function closeFile(path: string): Promise<boolean> {
  if (dirty.peek().has(path)) {
    const answer = await question(`Save ${path} before you close it?`, "What you have typed is not saved yet.", ["Save", "Don't save"]);
    if (answer === null) return false;
    if (answer === "Save") {
      await save(path);
      if (dirty.peek().has(path)) return false;
    }
  }
  keepNow(path, null);
  drop(path);
  return true;
}

/** What was asked to be saved while a save was under way, and what changed on disk meanwhile. */
let saveAgain: string | null = null;
const unseen = new Map<string, string | null>();

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
  savingShown.value = true;
  await whileSaving(async () => {
    const text = await tidied(path, typedText);
    const base = file.conflict && typeof file.conflict === "object" && "digest" in file.conflict ? file.conflict.digest : file.digest;
    const first = file.conflict === "gone" ? (await api.createFile(path)).digest : base;
    saved(path, text, (await api.saveFile(path, text, first)).digest);
  }, path);
  const next = saveAgain;
  saveAgain = null;
  if (next) await save(next);
}

/** Make a kept version what stands in the file; what was in the editor can be had back with undo. */
export async function putBack(path: string, version: string): Promise<void> {
  const file = open.peek().get(path);
  if (!file || saving.peek()) return;
  await whileSaving(async () => {
    const base = file.digest || (await api.readFile(path)).digest;
    const now = await api.putBack(path, version, base);
    replaceSaved(path, now.text, now.digest);
  }, path);
}

async function whileSaving(work: () => Promise<void>, path: string): Promise<void> {
  saving.value = true;
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 409 && error.current) update(path, { conflict: error.current });
    else if (error instanceof ApiError && (error.status === 404 || error.code === "conflict")) update(path, { conflict: "gone" });
    else toastError(error);
  } finally {
    saving.value = false;
    savingShown.value = false;
    const late = [...unseen];
    unseen.clear();
    for (const [each, digest] of late) void changedOnDisk({ type: "file", path: each, digest });
  }
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
  keepNow(path, unsaved(path));
}

// --- the disk --------------------------------------------------------------------------------------

/** The service has written a file that is open here, with all that was typed in it. */
export function takeSaved(path: string, text: string, digest: string): void {
  if (open.peek().has(path)) replaceSaved(path, text, digest);
}

/** The service has put an earlier text back: what was typed since stays beside it, until somebody decides. */
export function takeBack(path: string, text: string, digest: string): void {
  if (!open.peek().has(path)) return;
  if (dirty.peek().has(path) && editor.peek()?.textOf(path) !== text) update(path, { conflict: { text, digest } });
  else replaceSaved(path, text, digest);
}

/** Take what is on disk; what was typed can be had back with undo. */
export function takeDisk(path: string): void {
  const conflict = open.peek().get(path)?.conflict;
  if (conflict && typeof conflict === "object" && "digest" in conflict) replaceSaved(path, conflict.text, conflict.digest);
}

/** Back to the saved text, from unsaved work that was brought back. */
export function dropDraft(path: string): void {
  const file = open.peek().get(path);
  if (file) replaceSaved(path, file.saved, file.digest);
}

/** What somebody made of both versions, the one on disk seen: it is saved against that. */
export async function saveMerged(path: string, text: string, disk: { text: string; digest: string }): Promise<void> {
  editor.peek()?.replace(path, text);
  update(path, { saved: disk.text, digest: disk.digest, conflict: null, restored: false });
  setDirty(path, text !== disk.text);
  keepNow(path, unsaved(path));
  await save(path);
}

export function replaceSaved(path: string, text: string, digest: string): void {
  batch(() => {
    update(path, { saved: text, digest, conflict: null, restored: false });
    editor.peek()?.replace(path, text);
    setDirty(path, false);
  });
  check(path);
  keepNow(path, null);
}

/** A file has changed on disk, perhaps by our own save. */
export async function changedOnDisk(message: Extract<ServerPush, { type: "file" }>): Promise<void> {
  const { path, digest } = message;
  const file = open.peek().get(path);
  if (!file || leaving.has(path) || file.digest === digest) return;
  if (saving.peek()) {
    unseen.set(path, digest);
    return;
  }
  if (file.kind !== "text") {
    update(path, { digest: digest ?? "" });
    return;
  }
  let now: SourceFile | Conflict;
  try {
    now = await api.readFile(path);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 422)) return;
    now = error.status === 404 ? "gone" : { unreadable: error.message };
  }
  const after = open.peek().get(path);
  if (!after || leaving.has(path)) return;
  if (saving.peek()) unseen.set(path, digest);
  else if (now === "gone" || "unreadable" in now) update(path, { conflict: now });
  else if (after.digest === now.digest) update(path, { conflict: null });
  else if (dirty.peek().has(path) && now.text !== editor.peek()?.textOf(path)) update(path, { conflict: { text: now.text, digest: now.digest } });
  else replaceSaved(path, now.text, now.digest);
}

/** After a lost connection: anything may have changed meanwhile. */
export async function compareWithDisk(): Promise<void> {
  for (const path of open.peek().keys()) if (!isInstalled(path)) await changedOnDisk({ type: "file", path, digest: "" });
}
