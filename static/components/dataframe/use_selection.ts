/** The rows that are selected, kept by their positions in the data, and told to the app. */
import { useRef, useState } from "preact/hooks";
import { notify } from "../../app/notices.tsx";
import type { Instance } from "../../app/instance.ts";
import { ALL_ROWS, asked, type Query, sameQuery, type Table } from "../../app/table.ts";
import type { TableRows } from "../../app/table_rows.ts";
import { chosen, type How, MOST_SELECTED, rowsOf, type Span, span } from "../../app/table_selection.ts";

const AT_ONCE = 50_000;
const NONE: ReadonlySet<number> = new Set();
const count = new Intl.NumberFormat(undefined);

export interface Selecting {
  /** `null`: rows can't be selected. */
  rows: ReadonlySet<number> | null;
  single: boolean;
  choose(place: number, how: How): void;
  /** From the row chosen last to this one. */
  extend(place: number): void;
  all(): void;
  none(): void;
}

export function useSelection(c: Instance, table: Table, query: Query, rows: TableRows): Selecting {
  const [selected, setSelected] = useState<ReadonlySet<number>>(NONE);
  const anchor = useRef(0);
  const total = useRef(table.total);
  const turn = useRef(0);
  const mode = c.text("selection").value;
  const can = mode !== "none" && c.listens("wf-dataframe-select");
  // Positions mean other rows when some are gone.
  let now = selected;
  if (table.total < total.current && selected.size > 0) setSelected((now = NONE));
  total.current = table.total;

  const take = (next: ReadonlySet<number>) => {
    turn.current++;
    const isSame = next.size === now.size && [...next].every((position) => now.has(position));
    if (isSame) return;
    setSelected(next);
    void c.emit("wf-dataframe-select", { rows: rowsOf(next) }, true);
  };
  const takeSpan = async (places: Span) => {
    const mine = ++turn.current;
    if (places.to - places.from >= MOST_SELECTED) {
      notify("warning", "Too many rows", `At most ${count.format(MOST_SELECTED)} rows can be selected at once.`);
      return;
    }
    const positions = await positionsOf(c, table, query, rows, places);
    // Something else was selected while these were on their way.
    if (positions && mine === turn.current) take(new Set(positions));
  };
  return {
    rows: can ? now : null,
    single: mode === "one",
    choose: (place, how) => {
      const row = rows.row(place);
      if (!row) return;
      anchor.current = place;
      take(chosen(now, row.position, how, mode === "one"));
    },
    extend: (place) => void takeSpan(mode === "one" ? span(place, place) : span(anchor.current, place)),
    all: () => rows.found > 0 && void takeSpan({ from: 0, to: rows.found - 1 }),
    none: () => take(NONE),
  };
}

/** Which rows of the data stand at these places; `null` if that can't be known now. */
async function positionsOf(c: Instance, table: Table, query: Query, rows: TableRows, { from, to }: Span): Promise<number[] | null> {
  if (sameQuery(query, ALL_ROWS)) return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const here = Array.from({ length: to - from + 1 }, (_, i) => rows.row(from + i)?.position);
  if (here.every((position) => position !== undefined)) return here;
  const found: number[] = [];
  while (found.length < to - from + 1) {
    const start = from + found.length;
    const wanted = { version: table.version ?? "", start, count: Math.min(AT_ONCE, to - start + 1), form: "positions" as const, ...asked(query) };
    const { status, body } = await c.readRows(wanted);
    if (status !== "ok" || !body || body.positions.length === 0) {
      notify("warning", "The rows couldn't be selected", "Try again in a moment.");
      return null;
    }
    found.push(...body.positions);
  }
  return found;
}
