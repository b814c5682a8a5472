/** Renames over code and pages: what is asked, what the service would do, and doing it. */
import { signal } from "@preact/signals";
import type { Api } from "./api.ts";
import { dirty, editor, open, takeBack, takeSaved, whileLeaving } from "./code.ts";
import { filesAt, followMove } from "./file_places.ts";
import type { CodePlace, FilesDone, RenameDone, RenamedLine, RenamePlan, RenameWhat } from "./protocol.ts";
import { select, selected } from "./store.ts";
import { reported, toast } from "./toast.tsx";

/** What the dialog is open for. */
export const renamed = signal<RenameWhat | null>(null);
/** The name that somebody has typed already, for the dialog to begin with. */
export const proposed = signal("");
/** Lines that can be left out, by `place`, as somebody has decided; the others are as the plan has them. */
export const decided = signal<ReadonlyMap<string, boolean>>(new Map());
export const referencesShown = signal<{ name: string; places: CodePlace[] } | null>(null);

let api: Api;

export function startRenames(with_: Api): void {
  api = with_;
}

export const place = (path: string, line: RenamedLine): string => `${path}:${line.line}`;

/** Whether a line of a plan is to be changed. */
export const isChosen = (path: string, line: RenamedLine): boolean => line.sure === null || (decided.value.get(place(path, line)) ?? line.sure);

/** Ask about a component whose id is used on other pages or in code. */
export function proposeRename(component: string, page: string, name: string): void {
  proposed.value = name;
  renamed.value = { component, page };
}

/** Ask about a file or folder whose new path is to change code or pages; whether there is anything to ask. */
export async function proposeMove(file: string, to: string): Promise<boolean> {
  const plan = await planOf({ file }, to).catch(() => null);
  if (!plan || !(plan.files.length + plan.links.length + plan.left.length + plan.notes.length)) return false;
  proposed.value = to;
  renamed.value = { file };
  return true;
}

export function endRename(): void {
  proposed.value = "";
  decided.value = new Map();
  renamed.value = null;
}

/** Files as editors show them and haven't saved. */
export function buffers(): Record<string, { text: string; base_digest: string }> {
  const found: Record<string, { text: string; base_digest: string }> = {};
  for (const path of dirty.peek()) {
    const file = open.peek().get(path);
    const text = editor.peek()?.textOf(path);
    if (file && text !== undefined) found[path] = { text, base_digest: file.digest };
  }
  return found;
}

/** Throws an `ApiError` that says why it can't be renamed so. */
export const planOf = (what: RenameWhat, newName: string): Promise<RenamePlan> => api.planRename({ ...what, new_name: newName, buffers: buffers() });

export async function carryOut(what: RenameWhat, plan: RenamePlan): Promise<boolean> {
  const leave = plan.files.flatMap(({ path, lines }) => lines.filter((line) => !isChosen(path, line)).map(({ line }) => ({ path, line })));
  const asked = { ...what, new_name: plan.new_name, buffers: buffers(), plan: plan.fingerprint, leave };
  const done = await reported(whileLeaving("file" in what ? filesAt(plan.name) : [], () => api.rename(asked)));
  if (!done) return false;
  const follow = (from: string, to: string, pairs: RenameDone["moved"]): void => {
    if ("component" in what && selected.peek() === from) select(to);
    if ("file" in what) followMove(from, to, pairs);
  };
  follow(plan.name, plan.new_name, done.moved);
  const undo = async (number: number): Promise<RenameDone> => {
    const back = await whileLeaving("file" in what ? filesAt(plan.new_name) : [], () => api.undoRename(number));
    follow(plan.new_name, plan.name, back.moved);
    return back;
  };
  const where = [done.files.length || !done.pages.length ? counted(done.files.length, "file") : "", done.pages.length ? counted(done.pages.length, "page") : ""].filter(Boolean).join(" and ");
  written(done, `${plan.name} is ${plan.new_name} now, in ${where}.`, "Undo the rename", undo, () => {
    toast(`${plan.name} has its name back.`);
  });
  return true;
}

/** Files were written as one: editors show what is there now, and a message that offers to take it back. */
export function written(done: FilesDone, words: string, undoLabel: string, undo: (number: number) => Promise<FilesDone>, undone: () => void): void {
  for (const file of done.files) takeSaved(file.path, file.text, file.digest);
  toast(words, "info", {
    label: undoLabel,
    run: () =>
      void reported(undo(done.number)).then((back) => {
        if (!back) return;
        for (const file of back.files) takeBack(file.path, file.text, file.digest);
        undone();
      }),
  });
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** All places of the name at a place of a file, with their lines as editors or the disk have them. */
export async function showReferences(ask: (method: string, params: object) => Promise<unknown>, path: string, text: string, line: number, character: number): Promise<void> {
  const others = Object.fromEntries(Object.entries(buffers()).map(([name, buffer]) => [name, buffer.text]));
  const places = (await reported(ask("textDocument/references", { textDocument: { uri: path }, text, position: { line, character }, buffers: others }))) as CodePlace[] | null;
  if (!places) return;
  if (!places.length) {
    toast("There is no name of the app's own at the cursor.");
    return;
  }
  const texts = new Map<string, string[]>();
  for (const uri of new Set(places.map((place) => place.uri))) {
    const shown = uri === path ? text : (others[uri] ?? open.peek().get(uri)?.saved ?? (await api.readFile(uri).catch(() => null))?.text);
    if (shown !== undefined) texts.set(uri, shown.split("\n"));
  }
  const first = places[0]!;
  const name = texts.get(first.uri)?.[first.range.start.line]?.slice(first.range.start.character, first.range.end.character) ?? "";
  referencesShown.value = { name, places: places.map((place) => ({ ...place, text: texts.get(place.uri)?.[place.range.start.line] ?? "" })) };
}
