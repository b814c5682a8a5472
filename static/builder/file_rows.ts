/** The app's files as rows of a tree, and names of files: pure functions. */
import type { AppFile } from "./protocol.ts";

export interface FileRow {
  path: string;
  name: string;
  folder: boolean;
  /** What it is a link to, or nothing. */
  link: string;
  /** `null` for a file. */
  opened: boolean | null;
  level: number;
  position: number;
  siblings: number;
}

interface Place {
  name: string;
  path: string;
  folders: Map<string, Place>;
  files: AppFile[];
}

/** Rows in their order: folders first, `main.py` before the other files; what stands in a folder that isn't open is left out. */
export function fileRows(files: readonly AppFile[], folders: readonly string[], opened: ReadonlySet<string>): FileRow[] {
  const root: Place = { name: "", path: "", folders: new Map(), files: [] };
  const at = (path: string): Place => {
    let place = root;
    if (!path) return place;
    for (const name of path.split("/")) {
      const next = place.folders.get(name) ?? { name, path: place.path ? `${place.path}/${name}` : name, folders: new Map(), files: [] };
      place.folders.set(name, next);
      place = next;
    }
    return place;
  };
  for (const folder of folders) at(folder);
  for (const file of files) at(folderOf(file.path)).files.push(file);
  const rows: FileRow[] = [];
  const add = (place: Place, level: number): void => {
    const inside = [...place.folders.values()].sort((a, b) => compare(a.name, b.name));
    const here = [...place.files].sort((a, b) => Number(b.path === "main.py") - Number(a.path === "main.py") || compare(nameOf(a.path), nameOf(b.path)));
    const siblings = inside.length + here.length;
    inside.forEach((folder, i) => {
      const isOpen = opened.has(folder.path);
      rows.push({ path: folder.path, name: folder.name, folder: true, link: "", opened: isOpen, level, position: i + 1, siblings });
      if (isOpen) add(folder, level + 1);
    });
    here.forEach((file, i) => rows.push({ path: file.path, name: nameOf(file.path), folder: false, link: file.link ?? "", opened: null, level, position: inside.length + i + 1, siblings }));
  };
  add(root, 1);
  return rows;
}

const compare = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The folder that a file stands in; empty for the app's own. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

export const inFolder = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name);

/** `path` and all folders above it. */
export function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** Why a file or folder can't be called so; `null`: it can. The service decides, this only says it while typing. */
export function nameProblem(name: string, taken: ReadonlySet<string>, folder: string): string | null {
  if (!name.trim()) return "Type a name.";
  if (/[\\:*?"<>|]/.test(name)) return "A name can't have any of \\ : * ? \" < > | in it.";
  if (name.split("/").some((part) => !part || part === "." || part === "..")) return "This leads nowhere below the folder.";
  if (taken.has(inFolder(folder, name))) return `There is a ${name} here already.`;
  return null;
}

/** The row that typing `text` leads to: the next one whose name begins so, from the row behind `from` around. */
export function rowNamed(rows: readonly FileRow[], from: number, text: string): number {
  const wanted = text.toLowerCase();
  for (let i = 0; i < rows.length; i++) {
    // A single letter goes on to the next row, a longer text may stay.
    const at = (from + i + (text.length === 1 ? 1 : 0)) % rows.length;
    if (rows[at]!.name.toLowerCase().startsWith(wanted)) return at;
  }
  return -1;
}

export const isHidden = (path: string): boolean => nameOf(path).startsWith(".");
