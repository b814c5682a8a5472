/** The pane `Log`: a virtual list, so that a flood of lines costs no more than what is on the screen. */
import { effect, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button, Empty } from "./controls.tsx";
import { ICONS } from "./icons.tsx";
import { filtered, logFilter, showAll } from "./log_filter.ts";
import { LogRow } from "./log_row.tsx";
import { log, version } from "./log_store.ts";
import { following, LogFilters } from "./log_tools.tsx";

export const LINE_PX = 20;
const EXTRA = 10;
/** What a row below a head loses at its sides, and the width of a character of the log's font. */
const SIDES_PX = 140;
const CHARACTER_PX = 7.25;

/** The number of the newest record when the list stopped following. */
const seen = signal(0);

effect(() => {
  if (following.value) seen.value = 0;
  else if (!seen.peek()) seen.value = log.lastNumber;
});

// Another filter shows another end.
effect(() => {
  void logFilter.value;
  following.value = true;
});

export function LogList() {
  const list = useRef<HTMLDivElement>(null);
  const dropped = useRef(log.droppedRows);
  const [view, setView] = useState({ top: 0, height: 400 });
  const now = version.value;
  const { rows } = log;

  useEffect(() => {
    const element = list.current!;
    const observer = new ResizeObserver(() => {
      log.fit(Math.max(40, Math.floor((element.clientWidth - SIDES_PX) / CHARACTER_PX)));
      setView((last) => ({ ...last, height: element.clientHeight }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const gone = log.droppedRows - dropped.current;
    dropped.current = log.droppedRows;
    if (following.value) element.scrollTop = element.scrollHeight;
    // What is read stays where it is while the oldest rows go.
    else if (gone) element.scrollTop -= gone * LINE_PX;
  }, [now, following.value, view.height]);

  const onScroll = (): void => {
    const element = list.current!;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < LINE_PX;
    if (!atEnd && following.peek() && element.scrollTop < view.top) following.value = false;
    if (atEnd) following.value = true;
    setView({ top: element.scrollTop, height: element.clientHeight });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "End") following.value = true;
  };

  const first = Math.max(0, Math.floor(view.top / LINE_PX) - EXTRA);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / LINE_PX) + EXTRA);
  const fresh = following.value ? 0 : log.shownAfter(seen.value);
  return (
    <div class="log-pane">
      <LogFilters />
      <div class="log-holder">
        <div class="log" ref={list} role="log" aria-label="Log" tabIndex={0} onScroll={onScroll} onKeyDown={onKeyDown}>
          <div class="log-space" style={`height:${rows.length * LINE_PX}px`}>
            <div style={`transform:translateY(${first * LINE_PX}px)`}>
              {rows.slice(first, last).map((row, i) => (
                <LogRow key={first + i} row={row} />
              ))}
            </div>
          </div>
        </div>
        {rows.length === 0 &&
          (filtered.value ? (
            <Empty title="Nothing matches">
              <button type="button" class="link" onClick={showAll}>
                Show all {log.lines.length.toLocaleString("en")} lines
              </button>
            </Empty>
          ) : (
            <Empty icon={ICONS.terminal} title="Nothing has been printed yet">
              What your app prints, logs or raises stands here at once.
            </Empty>
          ))}
        {fresh > 0 && <Button label={`${fresh.toLocaleString("en")} new`} icon={ICONS.follow} class="pill" onClick={() => (following.value = true)} />}
      </div>
    </div>
  );
}
