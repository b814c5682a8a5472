/** How long handlers take: of each, its last runs, from the history and as they end. */
import { signal } from "@preact/signals";
import type { Fired } from "./protocol.ts";

/** Of one handler so many runs are kept. */
const MAX_RUNS = 200;

interface Runs {
  numbers: readonly number[];
  ms: readonly number[];
  errors: number;
  last: Fired;
}

export interface Summary {
  runs: number;
  average: number;
  p95: number;
  errors: number;
  last: Fired;
}

const runs = signal<ReadonlyMap<string, Runs>>(new Map());

/** Take in events that have ended, oldest first; one that is known counts once. */
export function noteRuns(events: readonly Fired[]): void {
  runs.value = withRuns(runs.peek(), events);
}

export function withRuns(known: ReadonlyMap<string, Runs>, events: readonly Fired[]): ReadonlyMap<string, Runs> {
  const next = new Map(known);
  for (const event of events) {
    if (!event.handler || (event.status !== "ok" && event.status !== "error")) continue;
    const before = next.get(event.handler);
    if (before?.numbers.includes(event.number)) continue;
    next.set(event.handler, {
      numbers: [...(before?.numbers ?? []), event.number].slice(-MAX_RUNS),
      ms: [...(before?.ms ?? []), event.run_ms].slice(-MAX_RUNS),
      errors: (before?.errors ?? 0) + Number(event.status === "error"),
      last: before && before.last.number > event.number ? before.last : event,
    });
  }
  return next;
}

/** `undefined` for a handler that hasn't run. The 95th percentile is that of the nearest rank. */
export function summary(all: ReadonlyMap<string, Runs>, handler: string): Summary | undefined {
  const found = all.get(handler);
  if (!found) return undefined;
  const sorted = [...found.ms].sort((a, b) => a - b);
  const average = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
  return { runs: sorted.length, average, p95: sorted[Math.ceil(sorted.length * 0.95) - 1]!, errors: found.errors, last: found.last };
}

export const summaryOf = (handler: string): Summary | undefined => summary(runs.value, handler);

export function milliseconds(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
