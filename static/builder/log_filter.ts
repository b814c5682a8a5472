/** Which records of the log are shown: one value a field, and a text. */
import { batch, computed, signal } from "@preact/signals";
import type { LogRecord } from "./protocol.ts";

/** Every field; `""` lets everything through. `level` is the least, `call` one event as `session/sequence`. */
export interface LogFilter {
  text: string;
  level: string;
  stream: string;
  session: string;
  event: string;
  handler: string;
  component: string;
  call: string;
}

export type FilterField = Exclude<keyof LogFilter, "text">;

export const NO_FILTER: LogFilter = { text: "", level: "", stream: "", session: "", event: "", handler: "", component: "", call: "" };

export const logFilter = signal<LogFilter>(NO_FILTER);
/** What is set beside the text. */
export const setFields = computed(() => (Object.keys(NO_FILTER) as (keyof LogFilter)[]).filter((field): field is FilterField => field !== "text" && logFilter.value[field] !== ""));
export const filtered = computed(() => setFields.value.length > 0 || logFilter.value.text !== "");

export const STREAMS: Record<string, string> = { stdout: "Printed (stdout)", stderr: "stderr", logging: "logging", error: "Errors", system: "Mainspring" };
export const LEVELS: Record<string, string> = { debug: "Debug and above", info: "Info and above", warning: "Warnings and errors", error: "Errors" };
const RANK: Record<string, number> = { debug: 0, info: 1, warning: 2, error: 3, critical: 4 };

export function filterBy(change: Partial<LogFilter>): void {
  logFilter.value = { ...logFilter.peek(), ...change };
}

export function showAll(): void {
  logFilter.value = NO_FILTER;
}

/** Only what one event has said. */
export function showOnly(session: string, sequence: number): void {
  batch(() => (logFilter.value = { ...NO_FILTER, call: `${session}/${sequence}` }));
}

/** Whether a record passes; its text is looked for apart. */
export function passes(record: LogRecord, filter: LogFilter): boolean {
  return (
    (!filter.level || (RANK[record.level] ?? 1) >= (RANK[filter.level] ?? 0)) &&
    (!filter.stream || record.stream === filter.stream) &&
    (!filter.session || record.session_id === filter.session) &&
    (!filter.event || record.event === filter.event) &&
    (!filter.handler || record.handler === filter.handler) &&
    (!filter.component || record.component === filter.component) &&
    (!filter.call || isCall(record, filter.call))
  );
}

function isCall(record: LogRecord, call: string): boolean {
  const at = call.lastIndexOf("/");
  // Event history knows sessions by the beginning of their ids.
  return record.sequence === Number(call.slice(at + 1)) && record.session_id.startsWith(call.slice(0, at));
}

/** Where `wanted` (in small letters) stands in `text`. */
export function hits(text: string, wanted: string): [number, number][] {
  const found: [number, number][] = [];
  if (!wanted) return found;
  const small = text.toLowerCase();
  // A few letters change their length when they become small: then places in one are no places in the other.
  if (small.length !== text.length) return found;
  for (let at = small.indexOf(wanted); at >= 0 && found.length < 200; at = small.indexOf(wanted, at + wanted.length)) found.push([at, at + wanted.length]);
  return found;
}
