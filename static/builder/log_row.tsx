/** One row of the log, of each kind. */
import { signal } from "@preact/signals";
import { part } from "../app/later.tsx";
import { ansiPieces, marked, type Piece } from "./ansi.ts";
import { openFrame } from "./code.ts";
import { showEvent } from "./history_store.ts";
import { Icon, ICONS } from "./icons.tsx";
import { isInstalled } from "./installed.ts";
import { filterBy, hits, logFilter, showOnly } from "./log_filter.ts";
import { clock, MAX_SHOWN, sourceOf, type Head, type Row } from "./log_rows.ts";
import { log } from "./log_store.ts";
import type { LogRecord, TraceFrame } from "./protocol.ts";
import { select } from "./store.ts";
import { toast } from "./toast.tsx";

type Paint = (source: string) => readonly Piece[];

const paint = signal<Paint | null>(null);
const colours = part(() => import("./python_colours.ts"));

/** Colours of Python for frames; they come when the first error is there to be seen. Without them it is read as well. */
function loadColours(): void {
  if (!paint.peek()) colours.load().then((module) => (paint.value = module.pythonPieces), console.error);
}

export function LogRow({ row }: { row: Row }) {
  switch (row.kind) {
    case "record":
      return <HeadRow head={row} />;
    case "text":
      return (
        <div class={`log-row log-more level-${row.line.record.level}`}>
          <Pieces pieces={ansiPieces(row.text)} />
        </div>
      );
    case "note":
    case "cause":
    case "member":
      return (
        <div class={`log-row log-more log-${row.kind}`} style={`--depth:${row.depth}`}>
          {row.kind === "note" && <Icon icon={ICONS.info} />}
          <Pieces pieces={ansiPieces(row.text)} />
        </div>
      );
    case "frame":
      return <FrameRow frame={row.frame} depth={row.depth} />;
    case "folded":
      return (
        <div class="log-row log-more" style={`--depth:${row.depth}`}>
          <button type="button" class="link quiet log-unfold" onClick={() => log.unfold(row.key)}>
            <Icon icon={ICONS.chevronRight} />
            {row.count === 1 ? "1 frame" : `${row.count} frames`} of installed packages
          </button>
        </div>
      );
    case "whole":
      return (
        <div class="log-row log-more log-note">
          … {row.line.record.cut.toLocaleString("en")} more characters
          <a class="link" href={`/api/log/${row.line.record.number}`} target="_blank" rel="noopener">
            Show the whole line
          </a>
        </div>
      );
    case "facts":
      return <Facts record={row.line.record} part={row.part} />;
    case "skipped":
      return (
        <div class="log-row log-more log-gap" role="note">
          {row.count.toLocaleString("en")} {row.count === 1 ? "line was" : "lines were"} left out: {row.why === "app" ? "the app printed faster than the log could take" : "this page was not there, or behind, when they came"}
        </div>
      );
  }
}

function HeadRow({ head }: { head: Head }) {
  const { record } = head.line;
  const title = head.title.length > MAX_SHOWN ? head.title.slice(0, MAX_SHOWN) : head.title;
  return (
    <div class={`log-row log-head level-${record.level} stream-${record.stream}`} data-open={head.open || undefined}>
      <Time seconds={head.last.record.time} />
      <span class="log-level">{levelWord(record)}</span>
      <button type="button" class="log-source" tabIndex={-1} disabled={!record.component} data-tip={record.component ? `Select ${record.component}` : undefined} onClick={() => select(record.component)}>
        <Marked text={record.handler || sourceOf(record)} />
        {record.handler && record.component && (
          <span class="log-component">
            {" · "}
            <Marked text={record.component} />
          </span>
        )}
      </button>
      <button type="button" class="log-text log-open" aria-expanded={head.open} onClick={() => !hasSelection() && log.toggle(head.line)}>
        <span class={`log-chevron ${record.error || record.cut || head.line.text.includes("\n") ? "" : "on-hover"}`}>
          <Icon icon={head.open ? ICONS.chevronDown : ICONS.chevronRight} />
        </span>
        <span class="log-words">
          <Pieces pieces={ansiPieces(title, head.line.pen)} />
        </span>
      </button>
      {head.count > 1 && (
        <button type="button" class="count log-count" aria-label={`${head.count} times the same; show each`} data-tip="Show each of them" onClick={() => log.spread(head)}>
          {head.count.toLocaleString("en")}×
        </button>
      )}
      {record.sequence !== null && (
        <button type="button" class="log-event" data-tip="Show the event" aria-label={`Show the event ${record.event} of ${record.component}`} tabIndex={-1} onClick={() => findEvent(record)}>
          <Icon icon={ICONS.zap} />
        </button>
      )}
    </div>
  );
}

function Time({ seconds }: { seconds: number }) {
  const [time, ms] = clock(seconds).split(".");
  return (
    <span class="log-time">
      {time}
      <span class="log-ms">.{ms}</span>
    </span>
  );
}

/** Dragging over the words selects them; that is no click. */
function hasSelection(): boolean {
  return getSelection()?.type === "Range";
}

function findEvent(record: LogRecord): void {
  if (record.sequence === null || showEvent(record.session_id, record.sequence)) return;
  toast("This event is no longer in the event history: it is an older one, or of a Builder that has ended.", "bad");
}

function FrameRow({ frame, depth }: { frame: TraceFrame; depth: number }) {
  loadColours();
  const isApp = frame.owner === "app";
  const place = `${frame.file}:${frame.line}${frame.column === null ? "" : `:${frame.column + 1}`}`;
  const indent = frame.source.length - frame.source.trimStart().length;
  const shown = frame.source.trim();
  const pieces = searched(paint.value?.(shown) ?? plain(shown));
  const from = frame.column === null ? null : frame.column - indent;
  const to = frame.end_line === frame.line && frame.end_column !== null ? frame.end_column - indent : shown.length;
  return (
    <div class={`log-row log-more log-frame owner-${frame.owner}`} style={`--depth:${depth}`}>
      {isApp || (isInstalled(frame.file) && /\.pyi?$/.test(frame.file)) ? (
        <button type="button" class={`link mono ${isApp ? "" : "quiet"}`} title={isApp ? undefined : place} onClick={() => openFrame(frame)}>
          <Marked text={isApp ? place : place.split(/[/\\]/).slice(-2).join("/")} />
        </button>
      ) : (
        <span class="quiet">
          <Marked text={place} />
        </span>
      )}
      <span class="quiet">
        <Marked text={frame.function} />
      </span>
      <code>{from !== null && from >= 0 && to > from ? underlined(pieces, shown, from, to) : <Painted pieces={pieces} />}</code>
      {frame.repeated ? <span class="count">{frame.repeated.toLocaleString("en")} times more</span> : null}
    </div>
  );
}

/** Columns count code points; a string counts UTF-16 units. */
function underlined(pieces: readonly Piece[], text: string, from: number, to: number) {
  const units = (points: number): number => [...text].slice(0, points).join("").length;
  return <Painted pieces={marked(pieces, [[units(from), units(to)]], "log-at")} />;
}

/** Where a record came from; each part shows only what is like it. */
function Facts({ record, part }: { record: LogRecord; part: "whence" | "ways" | "all" }) {
  return (
    <div class="log-row log-more log-facts">
      {part !== "whence" && <Ways record={record} />}
      {part !== "ways" && <Whence record={record} />}
    </div>
  );
}

function Whence({ record }: { record: LogRecord }) {
  return (
    <>
      {record.handler && <Fact name="handler" value={record.handler} onClick={() => filterBy({ handler: record.handler })} />}
      {record.component && <Fact name="component" value={record.component} onClick={() => filterBy({ component: record.component })} />}
      {record.event && <Fact name="event" value={record.event} onClick={() => filterBy({ event: record.event })} />}
      {record.session_id && <Fact name="session" value={record.session_id.slice(0, 8)} onClick={() => filterBy({ session: record.session_id })} />}
      <Fact name="stream" value={record.stream} onClick={() => filterBy({ stream: record.stream })} />
      {record.logger && <Fact name="logger" value={record.logger} onClick={() => filterBy({ text: record.logger })} />}
    </>
  );
}

function Ways({ record }: { record: LogRecord }) {
  return (
    <>
      <span class="quiet">{new Date(record.time * 1000).toLocaleDateString()}</span>
      {record.error_id && <span class="quiet">id {record.error_id}</span>}
      {record.sequence !== null && (
        <>
          <button type="button" class="link" onClick={() => findEvent(record)}>
            Show the event
          </button>
          <button type="button" class="link" onClick={() => showOnly(record.session_id, record.sequence!)}>
            Only this event
          </button>
        </>
      )}
    </>
  );
}

function Fact({ name, value, onClick }: { name: string; value: string; onClick: () => void }) {
  return (
    <button type="button" class="log-fact" aria-label={`Only ${name} ${value}`} data-tip={`Only this ${name}`} onClick={onClick}>
      <span>{name}</span> {value}
    </button>
  );
}

/** What is as usual isn't said: plain output, and what the Builder reports. */
function levelWord(record: LogRecord): string {
  if (record.stream === "stderr") return "stderr";
  return record.stream === "logging" || record.level !== "info" ? record.level : "";
}

/** What is searched for, marked in a word of ours or of the app. */
function Marked({ text }: { text: string }) {
  return <Pieces pieces={plain(text)} />;
}

function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return <Painted pieces={searched(pieces)} />;
}

const plain = (text: string): Piece[] => [{ text, class: "", style: "", href: "" }];

function searched(pieces: readonly Piece[]): readonly Piece[] {
  const wanted = logFilter.value.text.toLowerCase();
  return wanted ? marked(pieces, hits(pieces.map((piece) => piece.text).join(""), wanted)) : pieces;
}

function Painted({ pieces }: { pieces: readonly Piece[] }) {
  return (
    <>
      {pieces.map((piece, i) => {
        const Tag = piece.class.includes("log-hit") ? "mark" : "span";
        if (piece.href) {
          return (
            <a key={i} class={piece.class} style={piece.style} href={piece.href} target="_blank" rel="noopener noreferrer">
              {piece.text}
            </a>
          );
        }
        return piece.class || piece.style ? <Tag key={i} class={piece.class} style={piece.style}>{piece.text}</Tag> : piece.text;
      })}
    </>
  );
}
