/** The pane `Search`: every place in the app's files, what would replace it, and the switch for each line. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { busy, focusAsked, leaveOut, leftOut, problem, query, replaceAll, replacement, result, takeFocus } from "./app_search.ts";
import { openFile } from "./code.ts";
import { Button, Empty, IconButton } from "./controls.tsx";
import { SearchOptions } from "./find_options.tsx";
import { Icon, ICONS } from "./icons.tsx";
import type { FoundFile, FoundLine } from "./protocol.ts";
import { counted } from "./renames.ts";

const closed = signal<ReadonlySet<string>>(new Set());

export function SearchPane() {
  const replacing = replacement.value !== null;
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (focusAsked.value && input.current) takeFocus(input.current);
  }, [focusAsked.value]);
  return (
    <div class="app-search">
      <div class="find-rows">
        <IconButton icon={replacing ? ICONS.chevronDown : ICONS.chevronRight} label="Replace" tip={replacing ? "Search only" : "Search and replace"} keys="Ctrl+Shift+H" pressed={replacing} onClick={() => (replacement.value = replacing ? null : "")} />
        <input
          ref={input}
          class="input mono"
          aria-label="Search in all files"
          placeholder="Search in all files"
          spellcheck={false}
          value={query.value.text}
          aria-invalid={problem.value !== ""}
          onInput={(event) => (query.value = { ...query.value, text: event.currentTarget.value })}
        />
        <SearchOptions options={query.value} onChange={(options) => (query.value = { ...query.value, ...options })} />
        {replacing && (
          <>
            <input
              class="input mono find-second"
              aria-label="Replace by"
              placeholder={query.value.regex ? "Replace by, $1 for a group" : "Replace by"}
              spellcheck={false}
              value={replacement.value ?? ""}
              onInput={(event) => (replacement.value = event.currentTarget.value)}
            />
            <Button label="Replace all" class="small secondary" tip="All that is listed and ticked, or nothing" disabled={busy.value || !result.value?.files.length || !result.value.complete} onClick={() => void replaceAll()} />
          </>
        )}
        <input
          class="input mono find-second"
          aria-label="Only in these files"
          placeholder="Only in, such as *.py, pages/*"
          spellcheck={false}
          value={query.value.files}
          onInput={(event) => (query.value = { ...query.value, files: event.currentTarget.value })}
        />
      </div>
      <Results />
    </div>
  );
}

function Results() {
  const found = result.value;
  if (problem.value) {
    return (
      <p class="find-problem" role="alert">
        <Icon icon={ICONS.alert} /> {problem.value}
      </p>
    );
  }
  if (!found) {
    return (
      <Empty icon={ICONS.search} title="Search in all files of the app">
        Code, pages and texts, with what isn't saved yet. Replacing is shown line by line before it is done.
      </Empty>
    );
  }
  const places = found.files.reduce((sum, file) => sum + file.lines.reduce((more, line) => more + line.spans.length, 0), 0);
  return (
    <>
      <p class="find-count quiet" role="status">
        {places === 0 ? "Nothing found." : `${counted(places, "place")} in ${counted(found.files.length, "file")}`}
        {!found.complete && ", and more: narrow the search to see the rest and to replace."}
      </p>
      <div class="find-results" role="region" aria-label="What was found" tabIndex={0}>
        {found.files.map((file) => (
          <File key={file.path} file={file} />
        ))}
      </div>
    </>
  );
}

function File({ file }: { file: FoundFile }) {
  const shut = closed.value.has(file.path);
  const toggle = (): void => {
    const next = new Set(closed.peek());
    if (!next.delete(file.path)) next.add(file.path);
    closed.value = next;
  };
  return (
    <section>
      <button type="button" class="find-file mono" aria-expanded={!shut} onClick={toggle}>
        <Icon icon={shut ? ICONS.chevronRight : ICONS.chevronDown} />
        {file.path}
        <span class="count">{file.lines.length}</span>
        {file.unsaved && <span class="quiet">unsaved{replacement.value !== null && ", saved with it"}</span>}
      </button>
      {!shut && file.lines.map((line) => <Line key={line.line} path={file.path} line={line} />)}
    </section>
  );
}

function Line({ path, line }: { path: string; line: FoundLine }) {
  const left = leftOut.value.has(`${path}:${line.line}`);
  return (
    <div class={`find-line ${left ? "left-out" : ""}`}>
      {replacement.value !== null && (
        <input type="checkbox" checked={!left} aria-label={`Replace in ${path}, line ${line.line}`} data-tip="Replace here" onChange={() => leaveOut(path, line.line)} />
      )}
      <button type="button" class="find-place mono" onClick={() => void openFile(path, { line: line.line - 1, character: line.character }, true)}>
        <span class="rename-number">{line.line}</span>
        <span>{marked(line)}</span>
      </button>
    </div>
  );
}

/** The line with its places marked, each followed by what replaces it. */
function marked(line: FoundLine): preact.ComponentChild[] {
  const parts: preact.ComponentChild[] = [];
  let at = 0;
  for (const [i, [start, end]] of line.spans.entries()) {
    const before = line.text.slice(at, start);
    parts.push(at === 0 ? before.trimStart() : before, replacement.value === null ? <mark>{line.text.slice(start, end)}</mark> : <del>{line.text.slice(start, end)}</del>);
    if (replacement.value !== null && line.inserted[i]) parts.push(<ins>{line.inserted[i]}</ins>);
    at = end;
  }
  return [...parts, line.text.slice(at)];
}
