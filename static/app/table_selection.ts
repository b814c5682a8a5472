/** Which rows of a table are selected: by their positions in the data, whatever order or part of it is shown. */

/** More than these don't fit into one message. */
export const MOST_SELECTED = 100_000;

export type How = "only" | "toggle";

export function chosen(before: ReadonlySet<number>, position: number, how: How, single: boolean): ReadonlySet<number> {
  if (how === "only") return new Set([position]);
  if (before.has(position)) return new Set([...before].filter((each) => each !== position));
  return single ? new Set([position]) : new Set(before).add(position);
}

/** The payload: positions in the order of the data. */
export function rowsOf(selection: ReadonlySet<number>): number[] {
  return [...selection].sort((a, b) => a - b);
}

/** Places in the view, both within. */
export interface Span {
  from: number;
  to: number;
}

export function span(a: number, b: number): Span {
  return { from: Math.min(a, b), to: Math.max(a, b) };
}
