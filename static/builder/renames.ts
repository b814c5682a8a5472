/** Renames over code and pages: what is asked, what the service would do, and doing it. */
import { signal } from "@preact/signals";
import type { Api } from "./api.ts";
import { dirty, editor, open, takeSaved } from "./code.ts";
import type { CodePlace, RenamePlan, RenameWhat } from "./protocol.ts";
import { reported, toast } from "./toast.tsx";

/** What the dialog is open for. */
export const renamed = signal<RenameWhat | null>(null);
export const referencesShown = signal<{ name: string; places: CodePlace[] } | null>(null);

let api: Api;

export function startRenames(with_: Api): void {
  api = with_;
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
  const done = await reported(api.rename({ ...what, new_name: plan.new_name, buffers: buffers(), plan: plan.fingerprint }));
  if (!done) return false;
  for (const file of done.files) takeSaved(file.path, file.text, file.digest);
  const where = [counted(done.files.length, "file"), done.pages.length ? counted(done.pages.length, "page") : ""].filter(Boolean).join(" and ");
  toast(`${plan.name} is ${plan.new_name} now, in ${where}.`, "info", {
    label: "Undo the rename",
    run: () =>
      void reported(api.undoRename(done.number)).then((back) => {
        if (!back) return;
        for (const file of back.files) takeSaved(file.path, file.text, file.digest);
        toast(`${plan.name} has its name back.`);
      }),
  });
  return true;
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
