/** Search and replace in one file: CodeMirror's search behind a panel of ours, which counts what it finds. */
import { closeSearchPanel, findNext, findPrevious, getSearchQuery, openSearchPanel, replaceAll, replaceNext, search, SearchQuery, setSearchQuery } from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import { type EditorView, type KeyBinding, type Panel, runScopeHandlers } from "@codemirror/view";
import { render } from "preact";
import { Button, IconButton } from "./controls.tsx";
import { SearchOptions } from "./find_options.tsx";
import { ICONS } from "./icons.tsx";

/** More are not counted: nobody steps through them. */
const MAX_COUNTED = 1_000;
const COUNT_REST_MS = 40;

export const findPanel = (): Extension => search({ top: true, createPanel: panel });

export const findKeys: KeyBinding[] = [{ key: "Mod-h", run: openReplace, scope: "editor search-panel", preventDefault: true }];

function openReplace(view: EditorView): boolean {
  openSearchPanel(view);
  view.dom.querySelector<HTMLInputElement>(".find-panel .find-second")?.select();
  return true;
}

function panel(view: EditorView): Panel {
  const dom = document.createElement("div");
  dom.className = "find-panel";
  dom.setAttribute("role", "search");
  dom.setAttribute("aria-label", "Find in this file");
  dom.addEventListener("keydown", (event) => {
    if (runScopeHandlers(view, event, "search-panel")) event.preventDefault();
  });
  let found = "";
  let timer = 0;
  const draw = (): void => render(<Find view={view} found={found} />, dom);
  const count = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      found = counted(view);
      draw();
    }, COUNT_REST_MS);
  };
  draw();
  count();
  return {
    dom,
    top: true,
    mount: () => dom.querySelector("input")!.select(),
    update(update) {
      const asked = update.transactions.some((each) => each.effects.some((effect) => effect.is(setSearchQuery)));
      if (asked) draw();
      if (asked || update.docChanged || update.selectionSet) count();
    },
    destroy() {
      clearTimeout(timer);
      render(null, dom);
    },
  };
}

/** `3 of 12`, by the place that is selected. */
function counted(view: EditorView): string {
  const query = getSearchQuery(view.state);
  if (!query.search) return "";
  if (!query.valid) return "No regular expression";
  const { from, to } = view.state.selection.main;
  let all = 0;
  let at = 0;
  for (const cursor = query.getCursor(view.state); ; ) {
    const { value, done } = cursor.next();
    if (done || all === MAX_COUNTED) break;
    all++;
    if (value.from === from && value.to === to) at = all;
  }
  if (!all) return "Not found";
  const many = all === MAX_COUNTED ? `${all}+` : String(all);
  return at ? `${at} of ${many}` : many;
}

function Find({ view, found }: { view: EditorView; found: string }) {
  const query = getSearchQuery(view.state);
  const set = (change: Partial<{ search: string; replace: string; caseSensitive: boolean; wholeWord: boolean; regexp: boolean }>): void => {
    const { search: text, replace, caseSensitive, wholeWord, regexp } = query;
    const next = { search: text, replace, caseSensitive, wholeWord, regexp, ...change };
    view.dispatch({ effects: setSearchQuery.of(new SearchQuery({ ...next, literal: !next.regexp })) });
  };
  const onEnter = (run: (event: KeyboardEvent) => void) => (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    run(event);
  };
  return (
    <div class="find-rows">
      <input
        class="input mono"
        aria-label="Find"
        placeholder="Find"
        spellcheck={false}
        value={query.search}
        ref={(element) => element?.setAttribute("main-field", "true")}
        aria-invalid={query.search !== "" && !query.valid}
        onInput={(event) => set({ search: event.currentTarget.value })}
        onKeyDown={onEnter((event) => void (event.shiftKey ? findPrevious : findNext)(view))}
      />
      <SearchOptions options={{ case: query.caseSensitive, word: query.wholeWord, regex: query.regexp }} onChange={(chosen) => set({ caseSensitive: chosen.case, wholeWord: chosen.word, regexp: chosen.regex })} />
      <span class="find-found" role="status">
        {found}
      </span>
      <IconButton icon={ICONS.arrowUp} label="The place before" keys="Shift+F3" onClick={() => findPrevious(view)} />
      <IconButton icon={ICONS.arrowDown} label="The next place" keys="F3" onClick={() => findNext(view)} />
      <IconButton icon={ICONS.x} label="Close the search" keys="Escape" onClick={() => closeSearchPanel(view)} />
      {!view.state.readOnly && (
        <>
          <input
            class="input mono find-second"
            aria-label="Replace by"
            placeholder={query.regexp ? "Replace by, $1 for a group" : "Replace by"}
            spellcheck={false}
            value={query.replace}
            onInput={(event) => set({ replace: event.currentTarget.value })}
            onKeyDown={onEnter(() => void replaceNext(view))}
          />
          <div class="find-replace">
            <Button label="Replace" class="small secondary" tip="This place, and on to the next" keys="Enter" onClick={() => replaceNext(view)} />
            <Button label="All" class="small secondary" tip="All places in this file; one undo takes them back" onClick={() => replaceAll(view)} />
          </div>
        </>
      )}
    </div>
  );
}
