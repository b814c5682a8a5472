import assert from "node:assert/strict";
import { test } from "node:test";
import { cellAfter } from "../../static/app/grid_keys.ts";
import type { Filter, Json } from "../../static/app/protocol.ts";
import { ALL_ROWS, type Column, tableOf, uniqueNames } from "../../static/app/table.ts";
import { columnWindow, filling, firstLayout, hide, moved, resized, showAll, shownColumns } from "../../static/app/table_columns.ts";
import { csv, csvCell, tsv } from "../../static/app/table_csv.ts";
import { noFilter, withFilter } from "../../static/app/table_filters.ts";
import { recordAt } from "../../static/app/table_rows.ts";
import { chosen, rowsOf } from "../../static/app/table_selection.ts";
import { foundRows } from "../../static/app/table_sorting.ts";
import { asInput, type Kind, kindOf, readInput } from "../../static/components/dataframe/cell_values.ts";

// --- filters, the same cases as in tests/runtime/test_frame_filters.py --------------------------------------

const TABLE = tableOf([
  { name: "Zoe", n: 3, day: "2026-03-14", at: "2026-03-14T09:30:00", ok: true },
  { name: "anna", n: 1, day: null, at: null, ok: null },
  { name: null, n: 2, day: "2025-01-01", at: "2025-01-01T00:00:00", ok: false },
  { name: "Émile", n: null, day: "2026-03-13", at: "2026-01-01T00:00:00", ok: true },
  { name: "bob", n: 2, day: "2024-02-29", at: null, ok: false },
]);

const CASES: [number, Partial<Filter>, number[]][] = [
  [0, { text: "NN" }, [1]],
  [0, { text: "é" }, [3]],
  [0, { empty: "only" }, [2]],
  [0, { empty: "none" }, [0, 1, 3, 4]],
  [0, { choices: ["zoe", "bob"] }, [0, 4]],
  [0, { choices: [] }, []],
  [1, { low: 2 }, [0, 2, 4]],
  [1, { low: 2, high: 2.5 }, [2, 4]],
  [2, { low: "2026-03-13" }, [0, 3]],
  [2, { low: "2024-02-29", high: "2025-01-01" }, [2, 4]],
  [3, { high: "2025-01-01" }, [2]],
  [3, { low: "2026-01-01", high: "2026-03-14" }, [0, 3]],
  [4, { choices: ["true"] }, [0, 3]],
];

for (const [column, asked, rows] of CASES) {
  test(`a filter ${JSON.stringify(asked)} of column ${column} leaves the rows that fit`, () => {
    assert.deepEqual(foundRows(TABLE, { ...ALL_ROWS, filters: [{ ...noFilter(column), ...asked }] }), rows);
  });
}

test("a column has one filter, and one that asks for nothing is none", () => {
  const first = withFilter([], { ...noFilter(2), text: "x" });
  const second = withFilter(withFilter(first, { ...noFilter(0), low: 1 }), { ...noFilter(2), text: "y" });

  assert.deepEqual(second.map(({ column, text }) => [column, text]), [[0, ""], [2, "y"]]);
  assert.deepEqual(withFilter(second, noFilter(2)).map(({ column }) => column), [0]);
});

// --- files and the clipboard, the same cases as in tests/runtime/test_frame_filters.py ------------------------

test("no cell of a file is a formula, and numbers stay numbers", () => {
  const safe: [Json, string][] = [
    ["plain", "plain"], ["=1+1", "'=1+1"], ["-2+3", "'-2+3"], ["@SUM(A1)", "'@SUM(A1)"], ["\t=1", "'\t=1"], [" =1", "' =1"],
    ["\uff1d1+1", "'\uff1d1+1"], ["-5", "-5"], ["+4.5e3", "+4.5e3"], [-5, "-5"], [null, ""], [true, "true"], [["a", 1], '["a",1]'],
  ];
  for (const [value, text] of safe) assert.equal(csvCell(value), text);
});

test("a file has its names first, and quotes what would part its cells", () => {
  assert.equal(csv(["a", "=b"], [["x,y", 'say "hi"'], ["two\nlines", null]]), '\ufeffa,\'=b\r\n"x,y","say ""hi"""\r\n"two\nlines",\r\n');
  assert.equal(tsv([["a\tb", "c"], ["", 'q"']]), '"a\tb"\tc\n\t"q"""');
});

// --- columns --------------------------------------------------------------------------------------------------

test("columns move among those that are shown, and come back when they were hidden", () => {
  const layout = hide(firstLayout(4), 1);
  assert.deepEqual(shownColumns(layout), [0, 2, 3]);
  assert.deepEqual(shownColumns(moved(layout, 2, -1)), [2, 0, 3]);
  assert.deepEqual(shownColumns(moved(layout, 0, -1)), [0, 2, 3]);
  assert.deepEqual(shownColumns(showAll(moved(layout, 2, -1))), [2, 1, 0, 3]);
  assert.equal(resized(layout, 0, 3).widths.get(0), 48);
});

test("columns share the room that is left, but for those that somebody has set", () => {
  const layout = firstLayout(3);
  assert.deepEqual(filling([100, 200, 100], [0, 1, 2], layout, 800), [200, 400, 200]);
  assert.deepEqual(filling([100, 200, 100], [0, 1, 2], resized(layout, 1, 200), 600), [200, 200, 200]);
  assert.deepEqual(filling([100, 200, 100], [0, 1, 2], layout, 399), [100, 200, 100]);
  assert.deepEqual(filling([], [], layout, 800), []);
});

test("of many columns those in view are drawn, and their widths add up", () => {
  const widths = Array.from({ length: 50 }, (_, i) => 60 + (i % 5) * 20);
  const whole = widths.reduce((sum, width) => sum + width, 0);
  for (let left = 0; left < whole; left += 97) {
    const { first, end, before, after } = columnWindow(widths, left, 600);
    const drawn = widths.slice(first, end).reduce((sum, width) => sum + width, 0);
    assert.equal(before + drawn + after, whole);
    assert.ok(before <= left && before + drawn >= Math.min(whole, left + 600));
    assert.ok(end - first < 20);
  }
  assert.deepEqual(columnWindow(widths, 0, Infinity), { first: 0, end: 50, before: 0, after: 0 });
});

test("a name that occurs again has a number", () => {
  assert.deepEqual(uniqueNames(["a", "b", "a", "a (2)", "a"]), ["a", "b", "a (2)", "a (2) (2)", "a (3)"]);
});

// --- keys, selection, editing ---------------------------------------------------------------------------------

test("keys lead where the authoring practices say, and no further than the grid", () => {
  const bounds = { rows: 100, columns: 5, page: 10 };
  const from = { row: 50, column: 2 };
  const to = (key: string, ctrl = false, at = from) => Object.values(cellAfter(key, ctrl, at, bounds) ?? {});

  assert.deepEqual(to("ArrowDown"), [51, 2]);
  assert.deepEqual(to("PageUp"), [40, 2]);
  assert.deepEqual(to("Home"), [50, 0]);
  assert.deepEqual(to("End", true), [99, 4]);
  assert.deepEqual(to("ArrowUp", false, { row: 0, column: 0 }), [-1, 0]);
  assert.deepEqual(to("ArrowRight", false, { row: 99, column: 4 }), [99, 4]);
  assert.deepEqual(to("PageDown", false, { row: 95, column: 0 }), [99, 0]);
  assert.equal(cellAfter("x", false, from, bounds), null);
});

test("rows are chosen by their positions, one or several", () => {
  const two = chosen(chosen(new Set(), 7, "only", false), 3, "toggle", false);
  assert.deepEqual(rowsOf(two), [3, 7]);
  assert.deepEqual(rowsOf(chosen(two, 7, "toggle", false)), [3]);
  assert.deepEqual(rowsOf(chosen(two, 5, "toggle", true)), [5]);
});

const column = (type: Column["type"], choices: string[] | null = null): Column => ({ name: "c", key: "c", type, width: 10, choices });

test("what is typed is a value of the column's kind, with every digit", () => {
  const read = (text: string, kind: Kind, of: Column, before: Json = null) => readInput(text, kind, of, before);

  assert.deepEqual(read(" 4.5 ", "number", column("number")), { value: 4.5 });
  assert.deepEqual(read("9007199254740993", "number", column("number")), { value: "9007199254740993" });
  assert.ok("problem" in read("4,5", "number", column("number")));
  assert.ok("problem" in read("1e999", "number", column("number")));
  assert.deepEqual(read("", "number", column("number"), 5), { value: null });
  assert.deepEqual(read("", "text", column("text"), "x"), { value: "" });
  assert.deepEqual(read("true", "choice", column("boolean")), { value: true });
  assert.deepEqual(read("red", "choice", column("category", ["red"])), { value: "red" });
  assert.deepEqual(read('{"a":[1]}', "json", column("other")), { value: { a: [1] } });
  assert.ok("problem" in read("{a}", "json", column("other")));
  assert.deepEqual(read("2026-03-14T09:30", "moment", column("date")), { value: "2026-03-14T09:30:00" });
  assert.ok("problem" in read("14.3.2026", "text", column("date")));
});

test("each column has the editor for what stands in it, and the editor begins with the value", () => {
  assert.equal(kindOf(column("date"), ["2026-03-14", null]), "date");
  assert.equal(kindOf(column("date"), ["2026-03-14T09:30:00"]), "moment");
  assert.equal(kindOf(column("date"), ["2026-03-14T09:30:00+01:00"]), "text");
  assert.equal(kindOf(column("other"), [[1], null]), "json");
  assert.equal(kindOf(column("category"), ["a"]), "text");
  assert.equal(asInput(0.1 + 0.2, "number", column("number")), "0.30000000000000004");
  assert.equal(asInput("2026-03-14T00:00:00", "date", column("date")), "2026-03-14");
  assert.equal(asInput("2026-03-14T09:30:00+01:00", "text", column("date")), "2026-03-14T09:30:00+01:00");
});

test("an event names a record by its place and by what is seen there, cut to what tells it apart", () => {
  const long = "é😀".repeat(150);
  const table = tableOf([{ id: 7, name: long, tags: [1], ok: true, none: null }]);

  const named = recordAt(table, { position: 0, cells: table.rows[0] ?? [] });

  assert.deepEqual(named, { record_index: 0, seen: [7, "é😀".repeat(100), null, true, null], count: 1 });
  assert.equal(recordAt(table, { position: 3, cells: Array.from({ length: 80 }, (_, i) => i) }).seen.length, 50);
});
