/** What a person does to pages. Each edit is one operation, sent in order against the newest revision. */
import { type Api, ApiError } from "./api.ts";
import { dirty } from "./code.ts";
import { copyOf, find, freeId, fromClipboard, idsOf, newComponent, parentOf, placeAfterStep, placeForNew, placeOf, refusal, toClipboard, type Place } from "./changes.ts";
import { movesTo, refusalOfAll, topmost, unwrapping, wrapping } from "./groups.ts";
import type { Component, Operation, SingleOperation } from "./protocol.ts";
import { planOf, proposeRename } from "./renames.ts";
import { alsoSelected, catalogue, current, dropPage, pages, select, selectAll, selected, selectedIds, readPagesBy, taken, takePage } from "./store.ts";
import { reported, toast } from "./toast.tsx";

let api: Api;
/** Drafts of fields that are waiting for a pause in the typing; an edit elsewhere must not overtake them. */
const pending = new Set<() => void>();
let line: Promise<unknown> = Promise.resolve();

export function startEdits(with_: Api): void {
  api = with_;
  readPagesBy((key) => void reported(api.page(key).then(takePage)));
}

/** Registers a draft; answers a function that takes it back. */
export function awaiting(flush: () => void): () => void {
  pending.add(flush);
  return () => pending.delete(flush);
}

export function flushDrafts(): void {
  for (const flush of [...pending]) flush();
}

/** One operation after the other, so that each is based on the one before it. Answers the id that it changed. */
function enqueue<T>(work: () => Promise<T>): Promise<T | null> {
  const next = line.then(() => reported(work()));
  line = next;
  return next;
}

/** Send an operation; the id that it made or changed, `null` if the service refused (it has been shown why). */
export function operate(operation: Operation, key = current.value?.key): Promise<string | null> {
  if (operation.op !== "set" && operation.op !== "bind") flushDrafts();
  if (key === undefined) return Promise.resolve(null);
  return enqueue(async () => {
    const base = pages.value.find((each) => each.key === key)?.revision ?? 0;
    const state = await api.operate(key, base, operation).catch((error: unknown) => offerAgain(error, operation, key));
    if (!state) return null;
    takePage(state);
    return state.changed_id ?? ("id" in operation ? operation.id : null);
  });
}

/** Somebody else was faster: what they did stands, and what was meant here can be had with a click, as a step of its own. */
function offerAgain(error: unknown, operation: Operation, key: string): null {
  if (!(error instanceof ApiError) || error.code !== "conflict") throw error;
  toast(error.message, "bad", { label: "Use mine", run: () => void operate(operation, key) });
  return null;
}

export function undo(): void {
  flushDrafts();
  void enqueue(async () => {
    const page = current.value;
    if (page?.undo) takePage(await api.undo(page.key, page.revision, [...dirty.peek()]));
  });
}

export function redo(): void {
  flushDrafts();
  void enqueue(async () => {
    const page = current.value;
    if (page?.redo) takePage(await api.redo(page.key, page.revision, [...dirty.peek()]));
  });
}

export async function add(component: Component, place: Place): Promise<void> {
  const id = await operate({ op: "add", component, ...place });
  if (id) select(id);
}

/** A new component at `place`, or where the selection suggests. */
export async function insert(type: string, place: Place | null = null): Promise<void> {
  const page = current.value?.page;
  if (!page) return;
  const at = place ?? placeForNew(page, selected.value, type, catalogue.value);
  if (!at) {
    const parents = catalogue.value[type]?.parents;
    const needed = Array.isArray(parents) ? parents.map((each) => catalogue.value[each]?.title ?? each).join(" or ") : "another component";
    toast(`${catalogue.value[type]?.title ?? type} stands only in ${needed}. Select one first.`, "bad");
    return;
  }
  await add(newComponent(type, catalogue.value, taken.value), at);
}

export async function move(id: string, place: Place): Promise<void> {
  const page = current.value?.page;
  const now = page && placeOf(page, id);
  if (!now || (now.parent === place.parent && now.index === place.index && chosenWith(id).length === 1)) return;
  const ids = chosenWith(id);
  if (ids.length > 1) {
    await together(`Move ${ids.length} components`, movesTo(page, ids, place, id));
    return;
  }
  select(id);
  await operate({ op: "move", id, ...place });
}

/** A copy of what `id` is chosen with, at `place`. */
export async function copyTo(id: string, place: Place): Promise<void> {
  const page = current.value?.page;
  const chosen = page ? chosenWith(id).flatMap((each) => find(page, each) ?? []) : [];
  await addCopies(`Copy ${chosen.length} components`, chosen, place);
}

/** The selection, if `id` belongs to it and there is more of it; else `id` alone. Without what stands in each other. */
export function chosenWith(id: string): string[] {
  const page = current.value?.page;
  if (!page || !alsoSelected.value.length || !selectedIds.value.includes(id)) return [id];
  return topmost(page, selectedIds.value).map((each) => each.id);
}

/** Several operations as one step, one alone as itself. */
export function together(label: string, operations: SingleOperation[]): Promise<string | null> {
  const [first] = operations;
  if (!first) return Promise.resolve(null);
  return operate(operations.length === 1 ? first : { op: "batch", label, operations });
}

/** Put everything that is selected at the end of another component. */
export async function moveInto(parent: string): Promise<void> {
  const page = current.value?.page;
  if (!page) return;
  const ids = topmost(page, selectedIds.value).map((each) => each.id);
  const inside = (find(page, parent)?.children ?? []).filter((child) => !ids.includes(child.id)).length;
  const reason = refusalOfAll(page, ids, parent, catalogue.value);
  if (reason) toast(reason, "bad");
  else await together(`Move ${ids.length} components`, movesTo(page, ids, { parent, index: inside + ids.length }));
}

export async function wrap(type: string): Promise<void> {
  const page = current.value?.page;
  if (!page) return;
  const ids = topmost(page, selectedIds.value).map((each) => each.id);
  const operations = wrapping(page, ids, type, catalogue.value, taken.value);
  if (typeof operations === "string") {
    toast(operations, "bad");
    return;
  }
  const made = await together(`Wrap in ${catalogue.value[type]?.title ?? type}`, operations);
  if (made) select(made);
}

export async function unwrap(id = selected.value): Promise<void> {
  const page = current.value?.page;
  if (!page || !id) return;
  const children = (find(page, id)?.children ?? []).map((child) => child.id);
  const operations = unwrapping(page, id, catalogue.value);
  if (typeof operations === "string") toast(operations, "bad");
  else if (await together("Unwrap", operations)) selectAll(children);
}

export function step(direction: "up" | "down" | "out" | "in"): void {
  const page = current.value?.page;
  const ids = page && selected.value ? chosenWith(selected.value) : [];
  // Several go as the one does that leads.
  const first = direction === "down" ? ids[ids.length - 1] : ids[0];
  const place = page && first ? placeAfterStep(page, first, direction, catalogue.value) : null;
  if (!page || !place || !first) return;
  if (ids.length === 1) void move(first, place);
  else void together(`Move ${ids.length} components`, movesTo(page, ids, place, first));
}

/** The selection goes to what stands next to it, so that Delete can be pressed again. */
export async function remove(id = selected.value): Promise<void> {
  const page = current.value?.page;
  if (!page || !id) return;
  if (id === page.id) {
    toast("The page itself can't be deleted here; its components can.");
    return;
  }
  const ids = chosenWith(id);
  const place = placeOf(page, id);
  const siblings = (place && find(page, place.parent)?.children) ?? [];
  if (ids.length > 1) {
    const parent = place?.parent ?? page.id;
    if (await together(`Delete ${ids.length} components`, ids.map((each) => ({ op: "delete", id: each })))) select(ids.includes(parent) ? page.id : parent);
    return;
  }
  const neighbour = place ? (siblings[place.index + 1] ?? siblings[place.index - 1])?.id ?? place.parent : null;
  if ((await operate({ op: "delete", id })) && selected.value === id) select(neighbour);
}

export async function duplicate(id = selected.value, at: Place | null = null): Promise<void> {
  const page = current.value?.page;
  const component = page && id ? find(page, id) : null;
  const place = page && id ? placeOf(page, id) : null;
  if (!page || !component || !place) return;
  const ids = at ? [component.id] : chosenWith(component.id);
  if (ids.length > 1) {
    await duplicateAll(page, ids);
    return;
  }
  await add(copyOf(component, taken.value, catalogue.value), at ?? { ...place, index: place.index + 1 });
}

/** A copy of each behind it. */
async function duplicateAll(page: Component, ids: readonly string[]): Promise<void> {
  const used = new Set(taken.value);
  const added = new Map<string, number>();
  const operations = ids.map((id): SingleOperation & { op: "add" } => {
    const copy = copyOf(find(page, id)!, used, catalogue.value);
    idsOf(copy).forEach((each) => used.add(each));
    const { parent, index } = placeOf(page, id)!;
    const before = added.get(parent) ?? 0;
    added.set(parent, before + 1);
    return { op: "add", component: copy, parent, index: index + 1 + before };
  });
  if (await together(`Duplicate ${ids.length} components`, operations)) selectAll(operations.map(({ component }) => component.id));
}

/** Rename it at once if only its own page names it; otherwise a dialog shows all that would change. Answers whether it is done. */
export async function rename(id: string, to: string): Promise<boolean> {
  const newId = to.trim();
  const key = current.value?.key;
  if (!newId || newId === id || key === undefined) return false;
  flushDrafts();
  const done = await enqueue(async () => {
    // Why it can't be renamed is the operation's to say.
    const plan = await planOf({ component: id, page: key }, newId).catch(() => null);
    if (plan?.elsewhere) {
      proposeRename(id, key, newId);
      return false;
    }
    takePage(await api.operate(key, pages.value.find((each) => each.key === key)?.revision ?? 0, { op: "rename", id, new_id: newId }));
    return true;
  });
  if (done && selected.value === id) select(newId);
  return done === true;
}

/** Ids are used in Python and in URLs: letters, digits and underscores. */
export function asId(text: string): string {
  return text.trim().toLowerCase().replace(/[^a-z0-9_]+/g, "_").replace(/^_+|_+$/g, "");
}

// --- clipboard -------------------------------------------------------------------------------------

export function copySelection(event: ClipboardEvent): boolean {
  const chosen = chosenComponents();
  if (!chosen.length || !event.clipboardData) return false;
  event.clipboardData.setData("text/plain", toClipboard(chosen));
  event.preventDefault();
  return true;
}

export function paste(event: ClipboardEvent): void {
  if (pasteText(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
}

/** The same three for a shortcut pressed in the previewed page, whose clipboard events we never see. */
export async function clipboardStroke(key: "c" | "x" | "v"): Promise<void> {
  const chosen = chosenComponents();
  if (key === "v") pasteText((await reported(navigator.clipboard.readText())) ?? "");
  else if (chosen.length) {
    await reported(navigator.clipboard.writeText(toClipboard(chosen)));
    if (key === "x") await remove();
  }
}

function chosenComponents(): Component[] {
  return current.value ? topmost(current.value.page, selectedIds.value) : [];
}

/** Whether the text was components; they have been dealt with then. */
function pasteText(text: string): boolean {
  const components = fromClipboard(text);
  const page = current.value?.page;
  if (!components.length || !page) return false;
  const unknown = components.find((each) => !catalogue.value[each.type]);
  if (unknown) {
    toast(`The clipboard holds a “${unknown.type}”, which this app doesn't have.`, "bad");
    return true;
  }
  const { type } = components[0]!;
  const place = placeBehindSelection(page, type) ?? placeForNew(page, selected.value, type, catalogue.value);
  const parent = place && find(page, place.parent);
  const refused = parent && components.map((each) => refusal(catalogue.value, parent.type, each.type)).find((reason) => reason !== null);
  if (!place || refused) toast(refused ?? `${catalogue.value[type]!.title} can't stand here.`, "bad");
  else void addCopies(`Paste ${components.length} components`, components, place);
  return true;
}

/** Copies with ids of their own, one behind the other, as one step. */
async function addCopies(label: string, components: readonly Component[], place: Place): Promise<void> {
  const used = new Set(taken.value);
  const operations = components.map((component, i): SingleOperation & { op: "add" } => {
    const copy = copyOf(component, used, catalogue.value);
    idsOf(copy).forEach((each) => used.add(each));
    return { op: "add", component: copy, parent: place.parent, index: place.index + i };
  });
  const made = await together(label, operations);
  if (made) selectAll(operations.length === 1 ? [made] : operations.map(({ component }) => component.id));
}

/** Pasted beside what is selected, not into it: the usual thing after copying it. */
function placeBehindSelection(page: Component, type: string): Place | null {
  const id = selected.value;
  const parent = id ? parentOf(page, id) : null;
  const place = id ? placeOf(page, id) : null;
  const selectedType = id ? find(page, id)?.type : undefined;
  const takes = selectedType !== undefined && selectedType !== type && !refusal(catalogue.value, selectedType, type);
  if (!parent || !place || takes || refusal(catalogue.value, parent.type, type)) return null;
  return { ...place, index: place.index + 1 };
}

// --- pages -----------------------------------------------------------------------------------------

export function freePageKey(): string {
  return freeId("page", new Set([...taken.value, ...pages.value.map((each) => each.key)]));
}

export async function createPage(key: string, title: string): Promise<string | null> {
  const state = await reported(api.createPage(key, title));
  if (state) takePage(state);
  return state?.key ?? null;
}

export async function deletePage(key: string): Promise<void> {
  if (await reported(api.deletePage(key))) dropPage(key);
}
