/** Where a name or a string of the code leads: to a component, a page, or a definition; and the way back. */
import { find, usesOf } from "./changes.ts";
import { openFile } from "./code.ts";
import type { Target } from "./editor_follow.ts";
import { showReferences } from "./renames.ts";
import type { CodePlace, Handler } from "./protocol.ts";
import { current, handlers, pages, select, selected, showPage, taken } from "./store.ts";
import { reported, toast } from "./toast.tsx";

type Ask = (method: string, params: object) => Promise<unknown>;

const MAX_BACK = 50;
const trail: { path: string; line: number; character: number }[] = [];

/** Whether a text is the id of a component, or the key of a page. */
export const namesSomething = (text: string): boolean => taken.value.has(text) || pages.value.some((page) => page.key === text);

export async function follow(ask: Ask, path: string, text: string, target: Target): Promise<void> {
  const { line, character, word } = target;
  if (target.quoted) {
    reveal(word);
    return;
  }
  const isDefinition = /(^|\s)(def|class)\s+$/.test(target.before);
  if (isDefinition && revealUses(handlerIn(path, word, line))) return;
  const places = isDefinition ? [] : ((await reported(ask("textDocument/definition", { textDocument: { uri: path }, text, position: { line, character } }))) as CodePlace[] | null);
  if (!places) return;
  const place = places.find((each) => each.uri !== path || each.range.start.line !== line || each.range.start.character !== character);
  if (!place) {
    // At the definition itself there is nowhere to go but to where it is used.
    if (places.length || isDefinition) await showReferences(ask, path, text, line, character);
    else toast(`It isn't known where ${word} is defined.`);
    return;
  }
  revealUses(handlerIn(place.uri, word, place.range.start.line));
  trail.push({ path, line, character });
  trail.splice(0, trail.length - MAX_BACK);
  await openFile(place.uri, place.range.start, true);
}

/** To where the last definition was asked for; whether there was one. */
export function back(): boolean {
  const place = trail.pop();
  if (place) void openFile(place.path, place, true);
  return place !== undefined;
}

function handlerIn(path: string, name: string, line: number): Handler | undefined {
  const inFile = handlers.value.filter((each) => each.own && each.file === path);
  return inFile.find((each) => each.name.split(".").at(-1) === name) ?? inFile.find((each) => each.line === line + 1);
}

/** Select a component that runs the handler, the next one each time; whether there is any. */
function revealUses(handler: Handler | undefined): boolean {
  const uses = handler ? usesOf(pages.value, handler.name) : [];
  if (!uses.length) return false;
  const at = uses.findIndex((use) => use.id === selected.value && use.page === current.value?.key);
  const next = uses[(at + 1) % uses.length]!;
  show(next.page, next.id);
  return true;
}

function reveal(name: string): void {
  const page = pages.value.find((each) => each.key === name);
  const home = pages.value.find((each) => each.page.id !== name && find(each.page, name));
  if (home) show(home.key, name);
  else if (page) showPage(page.key);
}

function show(page: string, id: string): void {
  if (current.value?.key !== page) showPage(page);
  select(id);
}
