/** The pane `Log`: a virtual list, so that a flood of lines costs no more than what is on the screen. */
import { effect, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ansiPieces } from "./ansi.ts";
import { openFrame } from "./code.ts";
import { Button, Empty, IconButton } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import { filtered, levelFilter, log, sourceOf, textFilter, version, clock, type Row } from "./log_store.ts";
import type { LogRecord } from "./protocol.ts";
import { select } from "./store.ts";
import { toast } from "./toast.tsx";

export const LINE_PX = 20;
const EXTRA = 10;
const following = signal(true);
/** How many rows there were when the list stopped following. */
const seen = signal(0);

effect(() => {
  void levelFilter.value;
  void textFilter.value;
  log.rebuild();
});

export function LogTools() {
  return (
    <>
      <select class="input select small-select" aria-label="Level" value={levelFilter.value} onChange={(event) => (levelFilter.value = event.currentTarget.value)}>
        <option value="all">All levels</option>
        <option value="info">Info</option>
        <option value="warning">Warnings</option>
        <option value="error">Errors</option>
      </select>
      <label class="search">
        <Icon icon={ICONS.search} size={14} />
        <input type="search" aria-label="Filter the log" placeholder="Filter" value={textFilter.value} onInput={(event) => (textFilter.value = event.currentTarget.value)} />
      </label>
      <IconButton icon={ICONS.copy} label="Copy the log" onClick={() => void navigator.clipboard.writeText(log.text()).then(() => toast("What the log shows is on the clipboard."), () => toast("The browser refused the clipboard.", "bad"))} />
      <IconButton icon={ICONS.eraser} label="Clear the log" onClick={() => log.clear()} />
      <IconButton icon={ICONS.follow} label="Follow" tip="Keep the newest line in view" pressed={following.value} onClick={() => (following.value = !following.value)} />
    </>
  );
}

export function LogList() {
  const list = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const now = version.value;
  const { rows } = log;

  useEffect(() => {
    const element = list.current!;
    const observer = new ResizeObserver(() => setView((last) => ({ ...last, height: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = list.current;
    if (!element || !following.value) return;
    element.scrollTop = element.scrollHeight;
    seen.value = rows.length;
  }, [now, following.value, view.height]);

  const onScroll = (): void => {
    const element = list.current!;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < LINE_PX;
    if (!atEnd && following.peek() && element.scrollTop < view.top) following.value = false;
    if (atEnd) following.value = true;
    if (!atEnd && !following.peek() && seen.peek() > rows.length) seen.value = rows.length;
    setView({ top: element.scrollTop, height: element.clientHeight });
  };

  const first = Math.max(0, Math.floor(view.top / LINE_PX) - EXTRA);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / LINE_PX) + EXTRA);
  const fresh = rows.length - seen.value;
  return (
    <div class="log-holder">
      <div class="log" ref={list} role="log" aria-label="Log" tabIndex={0} onScroll={onScroll}>
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
            <button type="button" class="link" onClick={() => ((levelFilter.value = "all"), (textFilter.value = ""))}>
              Show all {log.records.length} records
            </button>
          </Empty>
        ) : (
          <Empty icon={ICONS.terminal} title="Nothing has been printed yet">
            What your app prints, logs or raises stands here at once.
          </Empty>
        ))}
      {!following.value && fresh > 0 && <Button label={`${fresh} new`} icon={ICONS.follow} class="pill" onClick={() => (following.value = true)} />}
    </div>
  );
}

function LogRow({ row }: { row: Row }) {
  switch (row.kind) {
    case "record": {
      const { record } = row;
      const message = record.error ? `${record.error.type}: ${record.error.message}`.split("\n")[0]! : record.text.split("\n")[0]!;
      return (
        <div class={`log-row level-${record.level} stream-${record.stream}`}>
          <span class="log-time">{clock(record.time)}</span>
          <span class="log-level">{levelWord(record)}</span>
          <button type="button" class="log-source" tabIndex={-1} disabled={!record.component} data-tip={record.component ? `Select ${record.component}` : undefined} onClick={() => select(record.component)}>
            {sourceOf(record)}
          </button>
          {row.expandable ? (
            <button type="button" class="log-text log-open" aria-expanded={row.open} onClick={() => log.toggle(record)}>
              <Icon icon={row.open ? ICONS.chevronDown : ICONS.chevronRight} size={12} />
              <Pieces text={message} />
            </button>
          ) : (
            <span class="log-text">
              <Pieces text={message} />
            </span>
          )}
        </div>
      );
    }
    case "text":
      return (
        <div class={`log-row log-more level-${row.record.level}`}>
          <Pieces text={row.text} />
        </div>
      );
    case "frame": {
      const { frame } = row;
      const place = `${frame.file}:${frame.line}${frame.column === null ? "" : `:${frame.column + 1}`}`;
      return (
        <div class={`log-row log-more log-frame owner-${frame.owner}`}>
          {frame.owner === "app" ? (
            <button type="button" class="link mono" onClick={() => openFrame(frame)}>
              {place}
            </button>
          ) : (
            <span class="quiet">{place}</span>
          )}
          <span class="quiet">{frame.function}</span>
          <code>{frame.source.trim()}</code>
        </div>
      );
    }
    case "folded":
      return (
        <div class="log-row log-more">
          <button type="button" class="link quiet" onClick={() => log.unfold(row.key)}>
            {row.count === 1 ? "1 frame" : `${row.count} frames`} of installed packages
          </button>
        </div>
      );
    case "skipped":
      return <div class="log-row log-more level-warning">{row.count.toLocaleString()} lines skipped: they came faster than they could be sent</div>;
  }
}

/** What is as usual isn't said: plain output, and what the Builder reports. */
function levelWord(record: LogRecord): string {
  if (record.stream === "stderr") return "stderr";
  return record.stream === "logging" || record.level !== "info" ? record.level : "";
}

function Pieces({ text }: { text: string }) {
  const pieces = ansiPieces(text);
  if (pieces.length === 1 && !pieces[0]!.class) return <>{pieces[0]!.text}</>;
  return (
    <>
      {pieces.map((piece, i) => (
        <span key={i} class={piece.class}>
          {piece.text}
        </span>
      ))}
    </>
  );
}
