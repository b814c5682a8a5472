import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FrameRows, type RowsWanted } from "../../static/app/frame_rows.ts";
import type { Rows, RowsBody } from "../../static/app/protocol.ts";
import { anchored, heightsOf, type Place, rowWindow, scrolled, stretched } from "../../static/app/row_window.ts";
import { ALL_ROWS, type Query, type Table } from "../../static/app/table.ts";

// --- the window ----------------------------------------------------------------------------------------

const VIEW = 400;
const MILLION = heightsOf(1_000_000, 36, VIEW);
const LAST = MILLION.full - VIEW;

test("of a hundred thousand rows those in view are drawn, and the heights add up", () => {
  const heights = heightsOf(100_000, 36, 600);
  for (const top of [0, 1_000, 1_800_000, 3_599_400]) {
    const { start, end, before, after } = rowWindow({ top, scrollTop: top }, 100_000, 36, heights);

    assert.ok(end - start < 60);
    assert.ok(start * 36 <= top && end * 36 >= Math.min(top + 600, 3_600_000));
    assert.equal(before + (end - start) * 36 + after, 3_600_000);
  }
});

test("a table of any length stands in an element that browsers can hold", () => {
  for (const rows of [1_000_000, 50_000_000]) {
    const heights = heightsOf(rows, 36, VIEW);
    assert.ok(heights.element <= 17_000_000);
    assert.equal(stretched(0, heights), 0);
    assert.equal(stretched(heights.element - VIEW, heights), heights.full - VIEW);
  }
});

test("where the element stands and where the table is are each other's inverse", () => {
  for (let top = 0; top <= LAST; top += LAST / 997) {
    assert.ok(Math.abs(stretched(anchored(top, MILLION), MILLION) - top) < 1e-3, String(top));
  }
});

function rowsAt(place: Place) {
  const drawn = rowWindow(place, 1_000_000, 36, MILLION);
  const firstSeen = Math.floor(place.top / 36);
  const lastSeen = Math.min(999_999, Math.floor((place.top + VIEW - 1) / 36));
  assert.ok(drawn.start <= firstSeen && drawn.end > lastSeen, `${JSON.stringify(place)}: ${JSON.stringify(drawn)}`);
  assert.ok(drawn.before >= 0 && drawn.after >= 0);
  assert.ok(Math.abs(drawn.before + (drawn.end - drawn.start) * 36 + drawn.after - MILLION.element) < 1e-3);
  assert.ok(drawn.end - drawn.start < 60);
  // The first row in view is drawn where the view begins.
  assert.ok(Math.abs(drawn.before + (firstSeen - drawn.start) * 36 - (place.scrollTop - (place.top - firstSeen * 36))) < 1e-3);
  return drawn;
}

test("a wheel moves the table by its own pixels, wherever it stands", () => {
  let place: Place = { top: 0, scrollTop: 0 };
  place = scrolled(place, 3_000_000, MILLION);
  const before = place.top;

  place = scrolled(place, place.scrollTop + 120, MILLION);

  assert.equal(place.top, before + 120);
  rowsAt(place);
});

test("whoever turns the wheel for long enough comes to the end, and back, without a gap", () => {
  let place: Place = { top: 30_000_000, scrollTop: anchored(30_000_000, MILLION) };
  for (const step of [1_900, -1_900]) {
    for (let turns = 0; turns < 40_000 && place.top < LAST && (step > 0 || place.top > 0); turns++) {
      const scrollTop = Math.min(MILLION.element - VIEW, Math.max(0, place.scrollTop + step));
      const next = scrolled(place, scrollTop, MILLION);
      assert.ok(Math.abs(next.top - place.top) <= 1_900);
      place = next;
      if (turns % 100 === 0) rowsAt(place);
    }
    assert.equal(place.top, step > 0 ? LAST : 0);
    assert.ok(Math.abs(place.scrollTop - (step > 0 ? MILLION.element - VIEW : 0)) < 1e-6);
    assert.ok(step < 0 || rowsAt(place).end === 1_000_000);
    if (step > 0) place = { top: LAST - 1, scrollTop: place.scrollTop - 1 };
  }
});

// --- rows from the server ------------------------------------------------------------------------------

interface Asked {
  wanted: RowsWanted;
  answer(body: RowsBody | null, status?: Rows["status"]): Promise<void>;
}

let asked: Asked[] = [];
const frame = (version: string, total = 1_000_000): Table => ({ columns: [{ name: "n", key: "n", type: "number", width: 6, choices: null }], rows: Array.from({ length: 50 }, (_, i) => [i]), total, version });
const up: Query = { sorting: { column: 0, direction: "ascending" }, search: "", filters: [] };

function server(): FrameRows {
  return new FrameRows((wanted) => new Promise((settle) => {
    asked.push({
      wanted,
      answer: async (body, status = "ok") => {
        settle({ type: "rows", request: 1, status, message: "", body });
        await Promise.resolve();
        await Promise.resolve();
        mock.timers.tick(0);
      },
    });
  }));
}

function body({ start, count }: RowsWanted, total = 1_000_000, most = 500): RowsBody {
  const positions = Array.from({ length: Math.max(0, Math.min(count, most, total - start)) }, (_, i) => start + i);
  return { start: Math.min(start, total), total, positions, cells: positions.map((n) => [n]) };
}

const only = () => {
  assert.equal(asked.length, 1, JSON.stringify(asked));
  return asked[0] as Asked;
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  asked = [];
});

test("the first rows are there at once and nothing is asked", () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  rows.want(0, 30);
  mock.timers.tick(1_000);

  assert.deepEqual(rows.row(0), { position: 0, cells: [0] });
  assert.equal(rows.found, 1_000_000);
  assert.equal(asked.length, 0);
});

test("of all that is scrolled past, what is in view in the end is asked for, once", async () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  for (let start = 0; start <= 500_000; start += 5_000) rows.want(start, start + 30);
  mock.timers.tick(100);

  assert.deepEqual(only().wanted, { version: "a", start: 499_960, count: 110, sort: null, descending: false, search: "", filters: [], form: "cells" });
  await only().answer(body(only().wanted));
  assert.deepEqual(rows.row(500_000), { position: 500_000, cells: [500_000] });
  rows.want(500_010, 500_040);
  mock.timers.tick(1_000);
  assert.equal(asked.length, 1);
});

test("who scrolls on and on sees rows on the way", () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  for (let start = 1_000; start < 1_100; start += 4) {
    rows.want(start, start + 30);
    mock.timers.tick(16);
  }

  assert.equal(asked.length, 1);
});

test("rows are asked for before who scrolls comes to them, more of them the faster it goes, whichever way", async () => {
  for (const [step, from] of [[12, 300], [-12, 900_000], [4, 300], [-60, 900_000]] as const) {
    asked = [];
    const rows = server();
    rows.show(frame("a"), ALL_ROWS);
    let start: number = from;
    rows.want(start, start + 42);
    mock.timers.tick(100);
    await only().answer(body(only().wanted));
    while (asked.length < 2) {
      rows.want((start += step), start + 42);
      mock.timers.tick(30);
      assert.ok(Math.abs(step) > 40 || (rows.row(start) && rows.row(start + 41)), `${start} is not there`);
    }
    const { start: first, count } = asked[1]?.wanted as RowsWanted;

    const beyond = step > 0 ? first + count - (start + 42) : start - first;
    for (let place = start; place < start + 42; place++) assert.ok(rows.row(place) || (first <= place && place < first + count));
    assert.ok(beyond >= Math.min(200, 9 * Math.abs(step)), `${beyond} rows ahead`);
    rows.close();
  }
});

test("one request is on its way at a time, and the next is for what is in view by then", async () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  rows.want(1_000, 1_030);
  mock.timers.tick(100);
  rows.want(2_000, 2_030);
  mock.timers.tick(100);
  rows.want(3_000, 3_030);
  mock.timers.tick(100);
  assert.equal(asked.length, 1);

  await asked[0]?.answer(body(only().wanted));

  assert.deepEqual(asked.map(({ wanted }) => wanted.start), [960, 2_960]);
});

test("another order is asked for at once; what was on its way no longer counts", async () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  rows.want(100, 130);
  mock.timers.tick(100);
  rows.show(frame("a"), ALL_ROWS);
  const table = frame("b");
  rows.show(table, up);
  assert.ok(rows.waiting);
  mock.timers.tick(0);
  await asked[0]?.answer({ start: 100, total: 7, positions: [5], cells: [[5]] });
  assert.ok(rows.waiting);

  await asked.at(-1)?.answer(body(asked.at(-1)?.wanted as RowsWanted, 9_000));

  assert.ok(!rows.waiting);
  assert.equal(rows.found, 9_000);
  assert.deepEqual([asked.at(-1)?.wanted.sort, asked.at(-1)?.wanted.version], [0, "b"]);
});

test("a frame that comes anew while its middle is in view is asked for that again; until then the old rows stay", async () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  rows.want(1_000, 1_030);
  mock.timers.tick(100);
  await only().answer(body(only().wanted));
  rows.show(frame("b"), ALL_ROWS);
  assert.deepEqual(rows.row(1_000)?.cells, [1_000]);
  mock.timers.tick(0);

  const again = asked[1] as Asked;
  await again.answer({ ...body(again.wanted), cells: body(again.wanted).positions.map(() => ["new"]) });

  assert.equal(again.wanted.version, "b");
  assert.deepEqual(rows.row(1_000)?.cells, ["new"]);
  assert.equal(asked.length, 2);
});

test("an answer that holds fewer rows is followed by a request for the others", async () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  rows.want(1_000, 1_030);
  mock.timers.tick(100);
  await only().answer(body(only().wanted, 1_000_000, 45));

  assert.equal(asked[1]?.wanted.start, 965);
  await asked[1]?.answer(body(asked[1].wanted));
  assert.ok(rows.row(1_029));
});

test("a busy service is asked again a moment later, a lost line when the frame comes anew, a refusal is shown", async () => {
  const rows = server();
  rows.show(frame("a"), up);
  rows.want(0, 30);
  mock.timers.tick(100);
  await asked[0]?.answer(null, "busy");
  mock.timers.tick(500);
  assert.equal(asked.length, 2);

  await asked[1]?.answer(null, "lost");
  mock.timers.tick(10_000);
  assert.equal(asked.length, 2);

  rows.show(frame("b"), up);
  mock.timers.tick(0);
  await asked[2]?.answer(null, "refused");
  mock.timers.tick(10_000);
  assert.equal(asked.length, 3);
  assert.equal(rows.problem, "not possible");
});

test("rows that are far away are forgotten", async () => {
  const rows = server();
  rows.show(frame("a"), ALL_ROWS);
  for (let n = 0; n < 100; n++) {
    rows.want(n * 400, n * 400 + 400);
    mock.timers.tick(100);
    await asked.at(-1)?.answer(body(asked.at(-1)?.wanted as RowsWanted));
  }

  assert.equal(rows.row(0), undefined);
  assert.ok(rows.row(39_600));
});
