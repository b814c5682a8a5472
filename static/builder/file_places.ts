/** Places in the tree of files: which folders are open, what is selected, and how both follow a move. */
import { signal } from "@preact/signals";
import { moved, open } from "./code.ts";
import { foldersAbove } from "./file_rows.ts";
import { files, folders } from "./store.ts";

export const opened = signal<ReadonlySet<string>>(new Set());
export const selectedFile = signal<string | null>(null);

export function setOpened(path: string, is: boolean): void {
  const next = new Set(opened.peek());
  if (is) next.add(path);
  else next.delete(path);
  opened.value = next;
}

/** Show a row: whatever stands above it is open. */
export function revealFile(path: string): void {
  const above = foldersAbove(path);
  if (above.some((each) => !opened.peek().has(each))) opened.value = new Set([...opened.peek(), ...above]);
  selectedFile.value = path;
}

export const isFolder = (path: string): boolean => folders.peek().includes(path);

/** The files that stand at a path: itself, or all in the folder. */
export const filesAt = (path: string): string[] =>
  [...new Set([...files.peek().map((file) => file.path), ...open.peek().keys()])].filter((each) => each === path || each.startsWith(`${path}/`));

/** What stood at a path stands at another one now. */
export function followMove(path: string, to: string, pairs: readonly (readonly [string, string])[]): void {
  moved(pairs);
  if (opened.peek().has(path)) setOpened(to, true);
  revealFile(to);
}
