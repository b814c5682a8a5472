/** A record of the log as rows of one height: its first line, and what stands below it when it is open. */
import { ansiText, PLAIN, type Pen } from "./ansi.ts";
import type { ErrorReport, LogRecord, TraceFrame } from "./protocol.ts";

/** A line of the log: the record that began it, and its text as later ones have changed it. */
export interface Line {
  readonly record: LogRecord;
  text: string;
  /** Colours that lines before it have left switched on. */
  pen: Pen;
  /** For the search, in small letters; made when it is first looked for. */
  small: string | null;
}

/** `count` lines in a row are the same; `line` is the first of them, `last` the newest. */
export interface Head {
  kind: "record";
  line: Line;
  last: Line;
  count: number;
  open: boolean;
  title: string;
}

/** `depth` counts the groups and causes around a row. */
export type Row =
  | Head
  | { kind: "text"; line: Line; text: string }
  | { kind: "cause" | "note" | "member"; line: Line; depth: number; text: string }
  | { kind: "frame"; line: Line; depth: number; frame: TraceFrame }
  | { kind: "folded"; line: Line; depth: number; count: number; key: string }
  | { kind: "whole"; line: Line }
  | { kind: "facts"; line: Line; part: "whence" | "ways" | "all" }
  | { kind: "skipped"; count: number; why: "page" | "app" };

export const MAX_SHOWN = 2_000;
/** Fewer columns have no room for all facts in one row. */
const COLUMNS_OF_FACTS = 110;

export function newLine(record: LogRecord, pen: Pen = PLAIN): Line {
  return { record, text: record.text, pen, small: null };
}

/** The words of a record that a search looks at. */
export function smallText(line: Line): string {
  if (line.small === null) {
    const { record } = line;
    line.small = `${ansiText(line.text)}\n${record.handler}\n${record.component}\n${record.logger}\n${record.error ? errorWords(record.error) : ""}`.toLowerCase();
  }
  return line.small;
}

/** What the head of a record says: for an error without words of its own, the error. */
export function titleOf(line: Line): string {
  const { record } = line;
  if (record.error && (!line.text || line.text === said(record.error))) return firstLine(said(record.error));
  return firstLine(line.text);
}

export function said(error: ErrorReport): string {
  return error.message ? `${error.type}: ${error.message}` : error.type;
}

/** Whether two lines that follow each other say the same, so that one row can stand for both. */
export function isRepeat(one: Line, other: Line): boolean {
  const a = one.record;
  const b = other.record;
  return (
    one.text === other.text &&
    a.stream === b.stream &&
    a.level === b.level &&
    a.handler === b.handler &&
    a.component === b.component &&
    a.session_id === b.session_id &&
    a.logger === b.logger &&
    (a.error === null) === (b.error === null) &&
    (a.error === null || JSON.stringify(a.error) === JSON.stringify(b.error))
  );
}

/** The rows below the head of an open record. `columns` is how many characters fit into one. */
export function rowsBelow(line: Line, columns: number, unfolded: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const { record } = line;
  const ownWords = !record.error || titleOf(line) !== firstLine(said(record.error));
  if (ownWords) {
    const lines = line.text.split("\n");
    // A head that is cut off is said in full below it; another one isn't said twice.
    for (const [i, text] of lines.entries()) if (i > 0 || widthOf(text) > columns - 30) for (const part of wrapped(text, columns)) rows.push({ kind: "text", line, text: part });
    if (record.cut) rows.push({ kind: "whole", line });
  }
  if (record.error) {
    if (ownWords) rows.push({ kind: "member", line, depth: 0, text: said(record.error) });
    else for (const text of said(record.error).split("\n").slice(1)) for (const part of wrapped(text, columns)) rows.push({ kind: "text", line, text: part });
    addError(rows, line, record.error, "", 0, unfolded);
  }
  const parts = columns < COLUMNS_OF_FACTS && record.sequence !== null ? (["ways", "whence"] as const) : (["all"] as const);
  for (const part of parts) rows.push({ kind: "facts", line, part });
  return rows;
}

function addError(rows: Row[], line: Line, error: ErrorReport, path: string, depth: number, unfolded: ReadonlySet<string>): void {
  for (const note of error.notes ?? []) for (const text of note.split("\n")) rows.push({ kind: "note", line, depth, text });
  const { frames } = error;
  const gap = error.more_frames ? Math.floor(frames.length / 2) : -1;
  let i = 0;
  while (i < frames.length) {
    if (i === gap) rows.push({ kind: "note", line, depth, text: `… ${error.more_frames!.toLocaleString("en")} frames more …` });
    const isOpen = isOwn(frames, i);
    let end = i + 1;
    while (end < frames.length && end !== gap && isOwn(frames, end) === isOpen) end++;
    const run = frames.slice(i, end);
    const key = `${line.record.number}${path}/${i}`;
    // What wraps the handler is ours: nobody needs to see it unfolded.
    if (isOpen || unfolded.has(key)) for (const frame of run) rows.push({ kind: "frame", line, depth, frame });
    else if (!run.every((each) => each.owner === "ours")) rows.push({ kind: "folded", line, depth, count: run.length, key });
    i = end;
  }
  const members = error.members ?? [];
  const total = members.length + (error.more_members ?? 0);
  members.forEach((member, n) => {
    rows.push({ kind: "member", line, depth: depth + 1, text: `${n + 1} of ${total}  ${said(member).replaceAll("\n", " ")}` });
    addError(rows, line, member, `${path}m${n}`, depth + 1, unfolded);
  });
  if (error.cause) {
    rows.push({ kind: "cause", line, depth, text: `${error.during ? "while handling" : "caused by"} ${said(error.cause).replaceAll("\n", " ")}` });
    addError(rows, line, error.cause, `${path}c`, depth, unfolded);
  }
}

/** Whether a frame is the app's code: of a file of it, or of a text that such code has had executed. */
function isOwn(frames: readonly TraceFrame[], i: number): boolean {
  const frame = frames[i]!;
  return frame.owner === "app" || (frame.file.startsWith("<") && i > 0 && isOwn(frames, i - 1));
}

/** `text` in parts that fit into `columns`; wide characters take two. */
export function wrapped(text: string, columns: number): string[] {
  if (text.includes("\x1b")) text = ansiText(text);
  if (widthOf(text) <= columns) return [text];
  const parts: string[] = [];
  let part = "";
  let width = 0;
  for (const character of text) {
    const wide = character.codePointAt(0)! >= 0x1100 ? 2 : 1;
    if (width + wide > columns) {
      parts.push(part);
      part = "";
      width = 0;
    }
    part += character;
    width += wide;
  }
  if (part) parts.push(part);
  return parts;
}

function widthOf(text: string): number {
  if (!/[\u1100-\uffff]/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += character.codePointAt(0)! >= 0x1100 ? 2 : 1;
  return width;
}

export function sourceOf(record: LogRecord): string {
  if (record.handler) return record.component ? `${record.handler} · ${record.component}` : record.handler;
  return record.logger || (record.stream === "error" ? "app" : record.stream === "system" ? "mainspring" : record.stream);
}

export function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** A record as text, whole, whether it is open or not. */
export function lineText(line: Line, count = 1): string {
  const { record } = line;
  const times = count > 1 ? `  (${count} times)` : "";
  const head = `${clock(record.time)}  ${record.level.padEnd(8)} ${sourceOf(record)}  `;
  const [first, ...more] = (record.error ? titleOf(line) : line.text).split("\n");
  const below = record.error ? errorLines(record.error, "    ") : more.map((text) => `    ${ansiText(text)}`);
  return [`${head}${ansiText(first!)}${times}`, ...below].join("\n");
}

function errorLines(error: ErrorReport, indent: string): string[] {
  return [
    ...said(error).split("\n").slice(1).map((text) => `${indent}${text}`),
    ...(error.notes ?? []).map((note) => `${indent}${note}`),
    ...error.frames.map((frame) => `${indent}${frame.file}:${frame.line} in ${frame.function}: ${frame.source.trim()}${frame.repeated ? `  (${frame.repeated} times more)` : ""}`),
    ...(error.members ?? []).flatMap((member) => [`${indent}  ${said(member)}`, ...errorLines(member, `${indent}    `)]),
    ...(error.cause ? [`${indent}${error.during ? "while handling" : "caused by"} ${said(error.cause)}`, ...errorLines(error.cause, indent)] : []),
  ];
}

function errorWords(error: ErrorReport): string {
  return [said(error), ...(error.notes ?? []), ...error.frames.map((frame) => `${frame.file} ${frame.function} ${frame.source}`), ...[...(error.members ?? []), ...(error.cause ? [error.cause] : [])].map(errorWords)].join("\n");
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? text : text.slice(0, end);
}
