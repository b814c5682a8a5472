/** The log as the page holds it: records, what of them is shown, and the rows that the list draws. */
import { computed, signal } from "@preact/signals";
import { ansiText } from "./ansi.ts";
import type { ErrorReport, LogRecord, TraceFrame } from "./protocol.ts";

export const MAX_RECORDS = 50_000;
/** Dropped at once when the log is full, so that the list isn't rebuilt with every batch. */
const DROP = 5_000;

/** One line of the list. A record is its first line; the lines of an open record follow it. */
export type Row =
  | { kind: "record"; record: LogRecord; open: boolean; expandable: boolean }
  | { kind: "text"; record: LogRecord; text: string }
  | { kind: "frame"; record: LogRecord; frame: TraceFrame }
  | { kind: "folded"; record: LogRecord; count: number; from: number; key: string }
  | { kind: "skipped"; count: number };

export const levelFilter = signal<string>("all");
export const textFilter = signal("");
export const version = signal(0);

const RANK: Record<string, number> = { debug: 0, info: 1, warning: 2, error: 3, critical: 4 };

export class LogStore {
  records: LogRecord[] = [];
  rows: Row[] = [];
  lastNumber = 0;
  private readonly open = new Set<number>();
  private readonly unfolded = new Set<string>();
  private readonly skippedBefore = new Map<number, number>();
  private painted = true;

  take(records: readonly LogRecord[], skipped: number): LogRecord[] {
    const fresh = records.filter((record) => record.number > this.lastNumber);
    const first = fresh[0];
    if (skipped && first) this.skippedBefore.set(first.number, skipped);
    for (const record of fresh) {
      this.lastNumber = record.number;
      if (record.error) this.open.add(record.number);
      this.records.push(record);
    }
    if (this.records.length > MAX_RECORDS + DROP) {
      this.records.splice(0, this.records.length - MAX_RECORDS);
      this.rebuild();
    } else {
      for (const record of fresh) this.append(record);
      this.paintSoon();
    }
    return fresh;
  }

  clear(): void {
    this.records = [];
    this.open.clear();
    this.skippedBefore.clear();
    this.rebuild();
  }

  toggle(record: LogRecord): void {
    if (!this.open.delete(record.number)) this.open.add(record.number);
    this.rebuild();
  }

  unfold(key: string): void {
    this.unfolded.add(key);
    this.rebuild();
  }

  rebuild(): void {
    this.rows = [];
    for (const record of this.records) this.append(record);
    version.value = version.peek() + 1;
  }

  /** What is shown, as text. */
  text(): string {
    return this.rows.map(rowText).join("\n");
  }

  private append(record: LogRecord): void {
    const skipped = this.skippedBefore.get(record.number);
    if (skipped) this.rows.push({ kind: "skipped", count: skipped });
    if (!shown(record, levelFilter.peek(), textFilter.peek())) return;
    const lines = record.text.split("\n");
    const expandable = record.error !== null || lines.length > 1;
    const open = expandable && this.open.has(record.number);
    this.rows.push({ kind: "record", record, open, expandable });
    if (!open) return;
    for (const text of lines.slice(1)) this.rows.push({ kind: "text", record, text });
    if (record.error) this.appendError(record, record.error, "");
  }

  private appendError(record: LogRecord, error: ErrorReport, path: string): void {
    for (const note of error.notes ?? []) this.rows.push({ kind: "text", record, text: note });
    let i = 0;
    while (i < error.frames.length) {
      const frame = error.frames[i]!;
      const key = `${record.number}${path}/${i}`;
      if (frame.owner === "app" || this.unfolded.has(key)) {
        let end = i + 1;
        // Unfolding opens the whole run of frames that were folded together.
        if (frame.owner !== "app") while (end < error.frames.length && error.frames[end]!.owner !== "app") end++;
        for (const each of error.frames.slice(i, end)) this.rows.push({ kind: "frame", record, frame: each });
        i = end;
        continue;
      }
      let end = i;
      while (end < error.frames.length && error.frames[end]!.owner !== "app") end++;
      // What wraps the handler is ours: nobody needs to see it unfolded.
      if (!error.frames.slice(i, end).every((each) => each.owner === "ours")) {
        this.rows.push({ kind: "folded", record, count: end - i, from: i, key });
      }
      i = end;
    }
    if (error.cause) {
      this.rows.push({ kind: "text", record, text: `caused by ${error.cause.type}: ${error.cause.message}` });
      this.appendError(record, error.cause, `${path}c`);
    }
    (error.members ?? []).forEach((member, n) => {
      this.rows.push({ kind: "text", record, text: `${n + 1}. ${member.type}: ${member.message}` });
      this.appendError(record, member, `${path}m${n}`);
    });
  }

  private paintSoon(): void {
    if (!this.painted) return;
    this.painted = false;
    requestAnimationFrame(() => {
      this.painted = true;
      version.value = version.peek() + 1;
    });
  }
}

export const log = new LogStore();
export const filtered = computed(() => levelFilter.value !== "all" || textFilter.value !== "");

/** Whether a record passes the filters; the text is looked for without regard to case. */
export function shown(record: LogRecord, level: string, text: string): boolean {
  if (level !== "all" && (RANK[record.level] ?? 1) < (RANK[level] ?? 0)) return false;
  if (!text) return true;
  const wanted = text.toLowerCase();
  return record.text.toLowerCase().includes(wanted) || record.handler.toLowerCase().includes(wanted) || record.component.toLowerCase().includes(wanted);
}

export function sourceOf(record: LogRecord): string {
  if (record.handler) return record.component ? `${record.handler} · ${record.component}` : record.handler;
  return record.logger || (record.stream === "error" ? "app" : record.stream);
}

export function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export function rowText(row: Row): string {
  switch (row.kind) {
    case "record":
      return `${clock(row.record.time)}  ${row.record.level.padEnd(8)} ${sourceOf(row.record)}  ${ansiText(row.record.text.split("\n")[0]!)}`;
    case "text":
      return `    ${ansiText(row.text)}`;
    case "frame":
      return `    ${row.frame.file}:${row.frame.line} in ${row.frame.function}: ${row.frame.source.trim()}`;
    case "folded":
      return `    … ${row.count} frames of installed packages`;
    case "skipped":
      return `… ${row.count} lines skipped`;
  }
}
