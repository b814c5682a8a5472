/** The log as the page holds it: its lines, and the rows of those that are shown. Every record is a line, changes one, or counts as skipped. */
import { effect, signal } from "@preact/signals";
import { PLAIN, penAfter, type Pen } from "./ansi.ts";
import { logFilter, NO_FILTER, passes, type LogFilter } from "./log_filter.ts";
import { isRepeat, lineText, newLine, rowsBelow, smallText, titleOf, type Head, type Line, type Row } from "./log_rows.ts";
import type { LogRecord } from "./protocol.ts";

export const MAX_LINES = 50_000;
/** Dropped at once when the log is full, so that the list isn't rebuilt with every batch. */
const DROP = 5_000;
/** How far back the line is looked for that a progress bar draws over. */
const FAR_BACK = 5_000;
const MAX_PENS = 200;

export const version = signal(0);

export class LogStore {
  lines: Line[] = [];
  rows: Row[] = [];
  lastNumber = 0;
  /** Records that never came, of those up to `lastNumber`. */
  skipped = 0;
  /** Rows that were dropped at the top, ever: whoever holds a place in the list moves up by them. */
  droppedRows = 0;
  /** How many lines the rows stand for. */
  shown = 0;
  private columns = 120;
  private filter: LogFilter = NO_FILTER;
  private readonly open = new Set<number>();
  private readonly unfolded = new Set<string>();
  private readonly apart = new Set<number>();
  private readonly skippedBefore = new Map<number, number>();
  private readonly pens = new Map<string, Pen>();
  private lastHead: Head | null = null;
  private stale = false;
  private painted = true;

  /** Take a batch; `skipped` records before it are gone. Returns what is new. */
  take(records: readonly LogRecord[], skipped: number): LogRecord[] {
    const fresh = records.filter((record) => record.number > this.lastNumber);
    const first = fresh[0];
    if (skipped && first) {
      this.skippedBefore.set(first.number, skipped);
      this.skipped += skipped;
    }
    for (const record of fresh) {
      this.lastNumber = record.number;
      if (record.over && this.drawOver(record)) continue;
      if (record.error) this.open.add(record.number);
      const line = newLine(record, this.penFor(record));
      this.lines.push(line);
      if (!this.stale) this.append(line);
    }
    if (this.lines.length > MAX_LINES + DROP) this.dropOldest();
    this.paintSoon();
    return fresh;
  }

  clear(): void {
    this.lines = [];
    this.open.clear();
    this.unfolded.clear();
    this.apart.clear();
    this.skippedBefore.clear();
    this.rebuild();
  }

  toggle(line: Line): void {
    if (!this.open.delete(line.record.number)) this.open.add(line.record.number);
    this.rebuild();
  }

  unfold(key: string): void {
    this.unfolded.add(key);
    this.rebuild();
  }

  /** Show the repeats that a head stands for one by one. */
  spread(head: Head): void {
    this.apart.add(head.line.record.number);
    this.rebuild();
  }

  /** Have what a search looks at ready before its first key: some lines at a time, so that nothing waits for it. */
  prepareSearch(from = 0): void {
    const end = Math.min(this.lines.length, from + 5_000);
    for (let i = from; i < end; i++) smallText(this.lines[i]!);
    if (end < this.lines.length) setTimeout(() => this.prepareSearch(end));
  }

  show(filter: LogFilter): void {
    if (filter === this.filter) return;
    this.filter = filter;
    this.rebuild();
  }

  /** How many characters fit into a row. */
  fit(columns: number): void {
    if (columns === this.columns) return;
    this.columns = columns;
    if (this.open.size) this.rebuild();
  }

  rebuild(): void {
    this.stale = false;
    this.rows = [];
    this.shown = 0;
    this.lastHead = null;
    for (const line of this.lines) this.append(line);
    version.value = version.peek() + 1;
  }

  /** What is shown, as text: whole records. */
  text(): string {
    return this.heads().map((head) => lineText(head.line, head.count)).join("\n") + "\n";
  }

  /** The records that are shown, one JSON object a line. */
  jsonLines(): string {
    return this.shownLines().map((line) => `${JSON.stringify({ ...line.record, text: line.text })}\n`).join("");
  }

  /** Values of a field that occur, with how often, the most frequent first. */
  values(field: "stream" | "session_id" | "event" | "handler" | "component"): [string, number][] {
    const counts = new Map<string, number>();
    for (const { record } of this.lines) if (record[field]) counts.set(record[field], (counts.get(record[field]) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  }

  /** How many lines that are shown came after a record's number. */
  shownAfter(number: number): number {
    let count = 0;
    for (let i = this.lines.length - 1; i >= 0 && this.lines[i]!.record.number > number; i--) if (this.isShown(this.lines[i]!)) count++;
    return count;
  }

  shownLines(): Line[] {
    return this.lines.filter((line) => this.isShown(line));
  }

  private heads(): Head[] {
    return this.rows.filter((row): row is Head => row.kind === "record");
  }

  private isShown(line: Line): boolean {
    return passes(line.record, this.filter) && (!this.filter.text || smallText(line).includes(this.filter.text.toLowerCase()));
  }

  private append(line: Line): void {
    const { record } = line;
    const gone = this.skippedBefore.get(record.number);
    if (gone) this.endRun({ kind: "skipped", count: gone, why: "page" });
    if (record.skipped) {
      this.endRun({ kind: "skipped", count: record.skipped, why: "app" });
      return;
    }
    if (!this.isShown(line)) return;
    this.shown += 1;
    const head = this.lastHead;
    if (head && !this.apart.has(head.line.record.number) && isRepeat(head.last, line)) {
      head.count += 1;
      head.last = line;
      return;
    }
    const open = this.open.has(record.number);
    const next: Head = { kind: "record", line, last: line, count: 1, open, title: titleOf(line) };
    if (head && this.apart.has(head.line.record.number) && isRepeat(head.last, line)) this.apart.add(record.number);
    this.lastHead = next;
    this.rows.push(next);
    if (open) for (const row of rowsBelow(line, this.columns, this.unfolded)) this.rows.push(row);
  }

  private endRun(row: Row): void {
    this.rows.push(row);
    this.lastHead = null;
  }

  /** Have `record` change the line that it draws over or goes on with; `false` if that isn't here. */
  private drawOver(record: LogRecord): boolean {
    const end = Math.max(0, this.lines.length - FAR_BACK);
    let back = record.over;
    for (let i = this.lines.length - 1; i >= end; i--) {
      const line = this.lines[i]!;
      const other = line.record;
      if (other.stream !== record.stream || other.sequence !== record.sequence || other.session_id !== record.session_id) continue;
      if (--back > 0) continue;
      const was = this.filter.text ? this.isShown(line) : true;
      line.text = record.text.startsWith("\r") ? record.text.slice(1) : line.text + record.text;
      line.small = null;
      // A bar that has moved is no repeat any more, or has become one; and it may match now what it didn't.
      const head = this.lastHead;
      if (head?.line === line && head.count === 1 && !head.open && was && this.isShown(line)) head.title = titleOf(line);
      else if (head && (head.last === line || head.count > 1)) this.stale = true;
      else this.retitle(line, was);
      return true;
    }
    return false;
  }

  private retitle(line: Line, was: boolean): void {
    if (was !== this.isShown(line) || this.open.has(line.record.number)) {
      this.stale = true;
      return;
    }
    for (let i = this.rows.length - 1, far = 0; i >= 0 && far < FAR_BACK; i--, far++) {
      const row = this.rows[i]!;
      if (row.kind !== "record" || row.line !== line) continue;
      if (row.count > 1) this.stale = true;
      else row.title = titleOf(line);
      return;
    }
  }

  private penFor(record: LogRecord): Pen {
    if (!this.pens.size && !record.text.includes("\x1b")) return PLAIN;
    const key = `${record.stream} ${record.session_id} ${record.sequence}`;
    const pen = this.pens.get(key) ?? PLAIN;
    const after = penAfter(record.text, pen);
    if (Object.values(after).some(Boolean)) this.pens.set(key, after);
    else this.pens.delete(key);
    if (this.pens.size > MAX_PENS) this.pens.delete(this.pens.keys().next().value!);
    return pen;
  }

  private dropOldest(): void {
    const before = this.rows.length;
    for (const { record } of this.lines.splice(0, this.lines.length - MAX_LINES)) {
      this.open.delete(record.number);
      this.apart.delete(record.number);
      this.skippedBefore.delete(record.number);
    }
    this.rebuild();
    this.droppedRows += Math.max(0, before - this.rows.length);
  }

  private paintSoon(): void {
    if (!this.painted) return;
    this.painted = false;
    requestAnimationFrame(() => {
      this.painted = true;
      if (this.stale) this.rebuild();
      else version.value = version.peek() + 1;
    });
  }
}

export const log = new LogStore();
effect(() => log.show(logFilter.value));
