/** Completion in a page's JSON: handlers where an event is linked, `"wf-click": "…"`, and paths of state behind `@{`. */
import { startCompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { StatePlace } from "./protocol.ts";
import { completed, matchingPlaces, openPath, type OpenPath } from "./state_paths.ts";
import { levelOf } from "./state_store.ts";
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

/** What the state of the canvas holds now, a level at a time, as the settings offer it. */
export function pagePaths({ state, pos }: CompletionContext): Promise<CompletionResult | null> | null {
  const line = state.doc.lineAt(pos);
  const begun = /"((?:[^"\\]|\\.)*)$/.exec(line.text.slice(0, pos - line.from));
  const typed = begun && asText(begun[1]!);
  const open = typed === null ? null : openPath(typed, typed.length);
  if (typed === null || !open) return null;
  const from = pos - asJson(typed.slice(open.from)).length;
  return levelOf(open.above).then((level) => {
    const options = matchingPlaces(level, "").map((place) => option(place, typed, open));
    return options.length ? { from, options, validFor: /^[^"\\.{}[\]]*$/ } : null;
  });
}

function option(place: StatePlace, typed: string, open: OpenPath): Completion {
  return {
    label: String(place.key),
    detail: place.preview,
    apply(view, _, from, to) {
      // Whatever was typed of the part goes; a `}` that stands there already is not set again.
      const rest = view.state.sliceDoc(to, to + 1);
      const whole = completed(typed.slice(0, open.from) + rest, open.from, open, place);
      const added = whole.text.slice(open.from, whole.text.length - rest.length);
      view.dispatch({ changes: { from, to, insert: asJson(added) }, selection: { anchor: from + asJson(added).length + (whole.caret - open.from - added.length) }, userEvent: "input.complete", scrollIntoView: true });
      if (added.endsWith(".")) startCompletion(view);
    },
  };
}

/** What a part of a string in JSON says; `null` for half an escape. */
function asText(part: string): string | null {
  try {
    return JSON.parse(`"${part}"`) as string;
  } catch {
    return null;
  }
}

const asJson = (text: string): string => JSON.stringify(text).slice(1, -1);
