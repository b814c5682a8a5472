/** What compiler and ruff say of the open Python files, while they are typed in: syntax at once, ruff when the typing rests. */
import { computed, signal } from "@preact/signals";
import { isInstalled } from "./installed.ts";
import type { Finding } from "./protocol.ts";

const REST_MS = 150;

interface FileFindings {
  syntax: Finding[];
  ruff: Finding[];
}

type Ask = (method: string, params: object) => Promise<unknown>;
type TextOf = (path: string) => string | undefined;

const known = signal<ReadonlyMap<string, FileFindings>>(new Map());

/** By file. While a text can't be parsed, that is all there is to say of it. */
export const findings = computed<ReadonlyMap<string, Finding[]>>(() => new Map([...known.value].map(([path, { syntax, ruff }]) => [path, [...syntax, ...ruff]])));

let ask: Ask = () => Promise.reject(new Error("not started"));
let textOf: TextOf = () => undefined;
const busy = new Set<string>();
const again = new Set<string>();
const timers = new Map<string, number>();

export function startFindings(with_: Ask, texts: TextOf): void {
  ask = with_;
  textOf = texts;
}

function broken(syntax: readonly Finding[]): boolean {
  return syntax.some((each) => each.severity === 1);
}

/** The text of a file is new. */
export function check(path: string): void {
  if (!path.endsWith(".py") || isInstalled(path)) return;
  clearTimeout(timers.get(path));
  timers.set(path, window.setTimeout(() => void askFor("ruff", path), REST_MS));
  void checkSyntax(path);
}

export function forget(path: string): void {
  clearTimeout(timers.get(path));
  const next = new Map(known.peek());
  if (next.delete(path)) known.value = next;
}

/** One question at a time; what was typed meanwhile is asked about next. */
async function checkSyntax(path: string): Promise<void> {
  if (busy.has(path)) {
    again.add(path);
    return;
  }
  busy.add(path);
  await askFor("syntax", path);
  busy.delete(path);
  if (again.delete(path)) void checkSyntax(path);
}

async function askFor(identifier: "syntax" | "ruff", path: string): Promise<void> {
  const text = textOf(path);
  if (text === undefined) return;
  let items: Finding[];
  try {
    items = ((await ask("textDocument/diagnostic", { textDocument: { uri: path }, text, identifier })) as { items: Finding[] }).items;
  } catch (error) {
    // Without the service there is nothing to say; ruff's own trouble (its settings) belongs to the file.
    if (identifier === "syntax" || !(error instanceof Error) || !/ruff|load|parse/i.test(error.message)) return;
    items = [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, severity: 2, source: "ruff", message: error.message }];
  }
  // Another text has another answer, which is on its way.
  if (textOf(path) !== text) return;
  const before = known.peek().get(path) ?? { syntax: [], ruff: [] };
  if (identifier === "ruff" && broken(before.syntax)) return;
  // What ruff said before was of another text, and nobody keeps its places meanwhile: it is asked again.
  const ruff = identifier === "syntax" && broken(items) ? [] : before.ruff;
  known.value = new Map(known.peek()).set(path, { ...before, ruff, [identifier]: items });
}
