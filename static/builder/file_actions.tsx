/** What is done with files of the app: made, renamed, moved, copied, deleted, brought in. */
import { signal } from "@preact/signals";
import type { Api } from "./api.ts";
import { createFile, deleted, dirty, openAt, openFile, whileLeaving } from "./code.ts";
import { filesAt, followMove, isFolder, revealFile, selectedFile, setOpened } from "./file_places.ts";
import { folderOf, inFolder, nameOf } from "./file_rows.ts";
import type { FileUse } from "./protocol.ts";
import { dismissQuestion, question } from "./question.tsx";
import { remembered } from "./remembered.ts";
import { proposeMove } from "./renames.ts";
import { files } from "./store.ts";
import { reported, toast } from "./toast.tsx";

export * from "./file_places.ts";

/** As the service has it. */
const MAX_UPLOAD_BYTES = 200 * 1024 * 1024;
const MAX_USES_SHOWN = 8;

/** Whether the tree stands beside the code. */
export const filesOpen = remembered("files-open", globalThis.innerWidth >= 1600);
/** Whether files that begin with a dot are in it, such as `.env`. */
export const hiddenShown = remembered("hidden-files", false);
export const filesWidth = remembered("files-width", 200);
/** What is being named in the tree: something that is there, or something new in a folder. */
export const naming = signal<{ path: string } | { folder: string; kind: "file" | "folder" } | null>(null);
export const uploads = signal<{ done: number; all: number } | null>(null);

let api: Api;

export function startFileActions(with_: Api): void {
  api = with_;
}

export const rawAddress = (path: string): string => api.rawAddress(path);

/** Where something new goes: into the folder that is selected, or beside the file. */
export function newPlace(): string {
  const path = selectedFile.peek();
  return path === null ? "" : isFolder(path) ? path : folderOf(path);
}

export function startNaming(kind: "file" | "folder", folder = newPlace()): void {
  if (folder) setOpened(folder, true);
  naming.value = { folder, kind };
}

export async function make(folder: string, kind: "file" | "folder", name: string): Promise<void> {
  if (kind === "folder") {
    const path = inFolder(folder, name);
    if (await reported(api.createFolder(path))) revealFile(path);
    return;
  }
  // The app is written in Python: a name alone is a module's.
  const path = inFolder(folder, nameOf(name).includes(".") ? name : `${name}.py`);
  if (await createFile(path)) revealFile(path);
}

/** Give a file or a folder another place. Imports of it go along; of what else uses it, that is said and asked first. */
export async function move(path: string, to: string): Promise<void> {
  if (path === to || (await proposeMove(path, to))) return;
  const needed = await usesOf(path);
  if (needed.length) {
    const answer = await question(`Rename ${path} although it is used?`, <Uses path={path} uses={needed} after="These lines keep the old name; change them afterwards." />, ["Rename"]);
    if (answer === null) return;
  }
  const done = await reported(whileLeaving(filesAt(path), () => api.moveFile(path, to)));
  if (!done) return;
  followMove(path, to, done.moved);
  toast(`${path} is ${to} now.`, "info", { label: "Undo", run: () => void moveBack(to, path) });
}

async function moveBack(from: string, to: string): Promise<void> {
  const done = await reported(whileLeaving(filesAt(from), () => api.moveFile(from, to)));
  if (!done) return;
  followMove(from, to, done.moved);
}

export async function duplicate(path: string): Promise<void> {
  const made = await reported(api.duplicateFile(path));
  if (!made) return;
  revealFile(made.path);
  naming.value = { path: made.path };
}

/** Delete a file or a folder; ask first where something would be lost or breaks. It can be had back. */
export async function remove(path: string): Promise<void> {
  if (path === "main.py") {
    toast("main.py can't be deleted: it is where the app begins.");
    return;
  }
  const paths = filesAt(path);
  const unsaved = paths.filter((each) => dirty.peek().has(each));
  const needed = await usesOf(path);
  if (needed.length || unsaved.length || isFolder(path)) {
    const text = (
      <>
        {isFolder(path) && <p>{paths.length === 1 ? "One file goes with it." : `${paths.length} files go with it.`}</p>}
        {unsaved.length > 0 && <p>What is typed and not saved in {unsaved.join(", ")} is lost.</p>}
        {needed.length > 0 && <Uses path={path} uses={needed} after="What stands there fails without it." />}
      </>
    );
    if ((await question(`Delete ${path}?`, text, ["Delete"], true)) === null) return;
  }
  const gone = await reported(whileLeaving(paths, () => api.deleteFile(path)));
  if (!gone) return;
  deleted(paths);
  if (selectedFile.peek() === path) selectedFile.value = null;
  toast(`${path} was deleted.`, "info", { label: "Undo", run: () => void reported(api.restoreFile(gone.id)).then((back) => back && revealFile(back.path)) });
}

async function usesOf(path: string): Promise<FileUse[]> {
  return (await api.uses(path).catch(() => ({ uses: [] }))).uses;
}

function Uses({ path, uses, after }: { path: string; uses: FileUse[]; after: string }) {
  return (
    <>
      <p>
        {path} is used in {uses.length === 1 ? "one place" : `${uses.length} places`}. {after}
      </p>
      <ul class="uses">
        {uses.slice(0, MAX_USES_SHOWN).map((use) => (
          <li key={`${use.path}:${use.line}`}>
            <button type="button" class="link mono" onClick={() => (dismissQuestion(), openAt(use.path, use.line, 1))}>
              {use.path}:{use.line}
            </button>{" "}
            <code>{use.text}</code>
          </li>
        ))}
        {uses.length > MAX_USES_SHOWN && <li>and {uses.length - MAX_USES_SHOWN} more</li>}
      </ul>
    </>
  );
}

// --- from elsewhere ----------------------------------------------------------------------------------

/** Put files of the person's own disk into a folder, one after the other; of one that is there already, ask. */
export async function upload(folder: string, chosen: readonly { path: string; file: File }[]): Promise<void> {
  const known = new Set(files.peek().map((file) => file.path));
  let last = "";
  for (const [i, { path: below, file }] of chosen.entries()) {
    const path = inFolder(folder, below);
    uploads.value = { done: i, all: chosen.length };
    if (file.size > MAX_UPLOAD_BYTES) {
      toast(`${below} is larger than 200 MB and was left out. Copy it into the app's folder yourself.`, "bad");
      continue;
    }
    if (known.has(path)) {
      const answer = await question(`Replace ${path}?`, "There is a file of this name already. The one that goes stays among its versions.", ["Replace"], true);
      if (answer === null) continue;
    }
    if (await reported(api.upload(path, file, known.has(path)))) last = path;
  }
  uploads.value = null;
  if (last) revealFile(last);
}

/** The files of a drop, those in dropped folders too. */
export async function droppedFiles(items: DataTransferItemList): Promise<{ path: string; file: File }[]> {
  // All entries are taken before the first wait: the list is empty afterwards.
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter((entry) => entry !== null);
  const found: { path: string; file: File }[] = [];
  const add = async (entry: FileSystemEntry, above: string): Promise<void> => {
    const path = inFolder(above, entry.name);
    if (entry.isFile) {
      found.push({ path, file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) });
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // It gives a hundred at a time, and none when there are no more.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return;
      for (const each of some) await add(each, path);
    }
  };
  for (const entry of entries) {
    if (entry instanceof File) found.push({ path: entry.name, file: entry });
    else await add(entry, "");
  }
  return found;
}

export function openRow(path: string, focus: boolean): void {
  selectedFile.value = path;
  void openFile(path, null, focus);
}
