/** Completion in a page's JSON: the handlers where an event is linked, `"wf-click": "…"`. */
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { handlers } from "./store.ts";

const LINK = /"wf-[\w-]+"\s*:\s*"([^"\\]*)$/;

export const isPage = (path: string): boolean => /^pages\/[^/]+\.json$/.test(path);

export function pageNames({ state, pos }: CompletionContext): CompletionResult | null {
  const line = state.doc.lineAt(pos);
  const link = LINK.exec(line.text.slice(0, pos - line.from));
  if (!link) return null;
  const options = handlers.value.map((each) => ({ label: each.name, type: "function", detail: `(${each.parameters.join(", ")})`, boost: each.own ? 1 : 0 }));
  return { from: pos - link[1]!.length, options, validFor: /^[^"\\]*$/ };
}
