/** Search over all files of the app: what is looked for, what was found, and replacing it as one operation. */
import { effect, signal } from "@preact/signals";
import type { Api } from "./api.ts";
import { editor, open } from "./code.ts";
import { dock, openPane } from "./layout.ts";
import { isShown } from "./panes.ts";
import type { SearchQuery, SearchResult } from "./protocol.ts";
import { buffers, counted, written } from "./renames.ts";
import { sideViews } from "./side_panes.ts";
import { files } from "./store.ts";
import { reported, toast } from "./toast.tsx";

const REST_MS = 200;

export const query = signal<SearchQuery>({ text: "", regex: false, case: false, word: false, files: "" });
/** What takes the place of what is found; `null` while nothing is to be replaced. */
export const replacement = signal<string | null>(null);
export const result = signal<SearchResult | null>(null);
export const problem = signal("");
export const busy = signal(false);
/** `path:line` of what a replacement leaves as it is. */
export const leftOut = signal<ReadonlySet<string>>(new Set());

/** Counts how often the field for the text was asked for, to be typed in at once. */
export const focusAsked = signal(0);

let api: Api;
let wanted = 0;

const asked = (): object => ({
  query: { ...query.peek(), replacement: replacement.peek() },
  buffers: buffers(),
  without: [...leftOut.peek()].map((each) => [each.slice(0, each.lastIndexOf(":")), Number(each.slice(each.lastIndexOf(":") + 1))]),
});

export function startAppSearch(with_: Api): void {
  api = with_;
  let timer = 0;
  // Other words, or other files, while the list is in view: what stands there is looked for anew.
  effect(() => {
    const words = [query.value, replacement.value, open.value, files.value, isShown(dock.value, "search")] as const;
    clearTimeout(timer);
    if (words[4]) timer = window.setTimeout(() => void look(), REST_MS);
  });
}

export async function look(): Promise<void> {
  const mine = ++wanted;
  if (!query.peek().text) {
    result.value = null;
    problem.value = "";
    busy.value = false;
    return;
  }
  busy.value = true;
  try {
    const found = await api.search(asked());
    if (mine !== wanted) return;
    result.value = found;
    problem.value = "";
  } catch (error) {
    if (mine !== wanted) return;
    result.value = null;
    problem.value = error instanceof Error ? error.message : String(error);
  }
  busy.value = false;
}

/** Ctrl+Shift+F, Ctrl+Shift+H: with what is selected in the code. */
export function openAppSearch(replacing: boolean): void {
  const chosen = editor.peek()?.selectedText() ?? "";
  if (chosen && !chosen.includes("\n")) query.value = { ...query.peek(), text: chosen, regex: false };
  if (replacing) replacement.value ??= "";
  openPane("search");
  typeAhead();
  focusAsked.value++;
}

let typed = false;
let endTyping = (): void => undefined;

/** Until the field is there (its pane may have to be loaded), what is typed for it is kept for it. */
function typeAhead(): void {
  endTyping();
  const keep = (event: KeyboardEvent): void => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    query.value = { ...query.peek(), text: (typed ? query.peek().text : "") + event.key };
    typed = true;
  };
  addEventListener("keydown", keep, true);
  endTyping = () => removeEventListener("keydown", keep, true);
  sideViews.load().catch(() => endTyping());
}

/** The field takes over: its words are selected, or go on behind what was typed already. */
export function takeFocus(field: HTMLInputElement): void {
  endTyping();
  field.select();
  if (typed) field.setSelectionRange(field.value.length, field.value.length);
  typed = false;
}

/** Replace all that is listed and not left out. */
export async function replaceAll(): Promise<void> {
  const found = result.peek();
  if (!found) return;
  busy.value = true;
  const done = await reported(api.replace({ ...asked(), seen: found.fingerprint }));
  if (!done) {
    await look();
    return;
  }
  leftOut.value = new Set();
  written(done, `${counted(done.places, "place")} replaced in ${counted(done.files.length, "file")}.`, "Undo the replacement", api.undoReplacement, () => {
    toast("What was replaced stands there again.");
    void look();
  });
  await look();
}

export function leaveOut(path: string, line: number): void {
  const next = new Set(leftOut.peek());
  const name = `${path}:${line}`;
  if (!next.delete(name)) next.add(name);
  leftOut.value = next;
}
