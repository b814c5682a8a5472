/** Formatting by the service: on save, unless that is switched off, and by command. */
import type { TextEdit } from "./protocol.ts";
import { remembered } from "./remembered.ts";

/** Remembered in the browser, shown below the code. */
export const formatOnSave = remembered("format-on-save", true);

/** A save doesn't wait longer than this for a text to be made nicer. */
const SAVE_WAITS_MS = 1_000;

type Ask = (method: string, params: object) => Promise<unknown>;

let ask: Ask = () => Promise.reject(new Error("not started"));

export function startFormatting(with_: Ask): void {
  ask = with_;
}

/** The formatted text. Rejects where ruff can't read it. */
export async function formatted(path: string, text: string): Promise<string> {
  return applied(text, (await ask("textDocument/formatting", { textDocument: { uri: path }, text })) as TextEdit[]);
}

/** The text that a save writes: formatted, or as it is where that is switched off, fails or takes too long. */
export async function forSaving(path: string, text: string): Promise<string> {
  if (!formatOnSave.peek() || !path.endsWith(".py")) return text;
  let timer = 0;
  const late = new Promise<string>((resolve) => (timer = window.setTimeout(() => resolve(text), SAVE_WAITS_MS)));
  return Promise.race([formatted(path, text).catch(() => text), late]).finally(() => clearTimeout(timer));
}

/** The text with its imports sorted. */
export async function importsOrganised(path: string, text: string): Promise<string> {
  const context = { only: ["source.organizeImports"] };
  const actions = (await ask("textDocument/codeAction", { textDocument: { uri: path }, text, context })) as { edit: { changes: Record<string, TextEdit[]> } }[];
  return applied(text, actions[0]?.edit.changes[path] ?? []);
}

/** The service's edits replace the whole text; the editor sees to it that only what differs changes. */
function applied(text: string, edits: readonly TextEdit[]): string {
  return edits[0]?.newText ?? text;
}
