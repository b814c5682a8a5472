/**
 * The rows of a frame that is on the server, as far as they are here: asked for by range, one request on its way
 * at a time, always for what is in view by then. While rows of a new order come, those of the old one stay.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Json, ReadRows, Rows } from "./protocol.ts";
import { ALL_ROWS, asked, type Query, sameQuery, type Table } from "./table.ts";

export interface Row {
  /** Where in the frame the row stands. */
  position: number;
  cells: readonly Json[];
}

export type RowsWanted = Pick<ReadRows, "version" | "start" | "count" | "sort" | "descending" | "search" | "filters" | "form">;

// What is scrolled past within this time is not asked for.
const GATHER_MS = 30;
const BUSY_MS = 500;
const MOST_ROWS = 500;
// Whoever goes on by so many rows or fewer is scrolling; by more, somebody has dragged the scroll bar.
const LONGEST_STEP = 100;
// Rows that come within so many such steps are asked for now, and with them those of some more; with those in view
// and beside them fewer than MOST_ROWS.
const SOON = { steps: 3, most: 100 };
const AHEAD = { steps: 10, most: 200 };
// Asked for beside what is wanted, so that a small step further finds its rows there.
const BESIDE = 40;
const KEPT = 2_000;

export class FrameRows {
  private table: Table | null = null;
  private query: Query = ALL_ROWS;
  private rows = new Map<number, Row>();
  /** Whether `rows` are of an order or a frame before. */
  private outdated = false;
  private total = 0;
  private wanted = { start: 0, end: 0 };
  /** By how many rows the view went on last, downwards or (negative) up; 0 after a jump. */
  private step = 0;
  private onTheWay: RowsWanted | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private said = "";
  private readonly drawn = signal(0);

  constructor(private readonly ask: (wanted: RowsWanted) => Promise<Rows>) {}

  /** Changes whenever rows have come. */
  get changed(): ReadonlySignal<number> {
    return this.drawn;
  }

  /** How many rows were found. */
  get found(): number {
    return this.total;
  }

  /** Whether what is shown is not yet what was asked for. */
  get waiting(): boolean {
    return this.outdated;
  }

  /** Why there are no rows; empty if nothing is wrong. */
  get problem(): string {
    return this.said;
  }

  /** `undefined`: it isn't here (yet). */
  row(place: number): Row | undefined {
    return this.rows.get(place);
  }

  /** From now on these rows. A frame that came anew is asked anew. */
  show(table: Table, query: Query): void {
    if (table === this.table && sameQuery(query, this.query)) return;
    const alike = this.table?.columns.length === table.columns.length;
    this.table = table;
    this.query = query;
    this.onTheWay = null;
    this.said = "";
    if (sameQuery(query, ALL_ROWS)) {
      this.total = table.total;
      if (!alike || !this.someWanted(table.rows.length)) this.rows = firstRows(table);
      this.outdated = this.someWanted(table.rows.length);
    } else {
      if (!alike) this.rows.clear();
      this.outdated = true;
    }
    this.later(0);
  }

  /** These rows are in view. */
  want(start: number, end: number): void {
    if (start === this.wanted.start && end === this.wanted.end) return;
    const step = start - this.wanted.start;
    this.step = Math.abs(step) <= LONGEST_STEP ? step : 0;
    this.wanted = { start, end };
    // One that is set already stays: scrolling on and on must not put it off for ever.
    if (this.timer === undefined && this.missing()) this.later(GATHER_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.table = null;
    this.onTheWay = null;
  }

  /** Whether rows from `first` on are in view. */
  private someWanted(first: number): boolean {
    return Math.min(this.wanted.end, this.total) > first;
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.fetch();
    }, ms);
  }

  private beyond({ steps, most }: { steps: number; most: number }): number {
    return Math.max(-most, Math.min(most, steps * this.step));
  }

  /** The range of rows in view, or soon to be, that are not here. */
  private missing(): { start: number; end: number } | null {
    // Of a new order nothing is known, not even how many rows there are.
    if (this.outdated) return { start: this.wanted.start, end: Math.max(this.wanted.end, this.wanted.start + 1) };
    const soon = this.beyond(SOON);
    let start = Math.max(0, this.wanted.start + Math.min(0, soon));
    let end = Math.min(this.wanted.end + Math.max(0, soon), this.total);
    while (start < end && this.rows.has(start)) start++;
    while (end > start && this.rows.has(end - 1)) end--;
    return start < end ? { start, end } : null;
  }

  private fetch(): void {
    const missing = this.missing();
    if (!this.table || this.onTheWay || !missing) return;
    const ahead = this.beyond(AHEAD);
    const start = Math.max(0, missing.start - BESIDE + Math.min(0, ahead));
    const end = missing.end + BESIDE + Math.max(0, ahead);
    const wanted: RowsWanted = {
      version: this.table.version ?? "",
      start,
      count: Math.min(MOST_ROWS, end - start),
      form: "cells",
      ...asked(this.query),
    };
    this.onTheWay = wanted;
    void this.ask(wanted).then((answer) => this.take(wanted, answer));
  }

  private take(wanted: RowsWanted, { status, message, body }: Rows): void {
    if (this.onTheWay !== wanted) return; // Something else is wanted meanwhile.
    this.onTheWay = null;
    if (status === "busy" || status === "superseded") return this.later(BUSY_MS);
    if (status === "lost") return; // The frame will come anew.
    if (status !== "ok" || !body) {
      this.said = message || "not possible";
      this.drawn.value++;
      return;
    }
    this.said = "";
    if (this.outdated) this.rows = new Map();
    this.outdated = false;
    this.total = body.total;
    body.positions.forEach((position, i) => this.rows.set(body.start + i, { position, cells: body.cells[i] ?? [] }));
    if (this.rows.size > KEPT) this.forgetFarRows();
    this.drawn.value++;
    // What was scrolled to meanwhile, or didn't fit into the message. Without any row there is no use in asking on.
    if (body.positions.length > 0 || body.start >= body.total) this.later(0);
  }

  private forgetFarRows(): void {
    const [from, to] = [this.wanted.start - KEPT / 4, this.wanted.end + KEPT / 4];
    for (const place of [...this.rows.keys()]) if (place < from || place > to) this.rows.delete(place);
  }
}

function firstRows(table: Table): Map<number, Row> {
  return new Map(table.rows.map((cells, position) => [position, { position, cells }]));
}
