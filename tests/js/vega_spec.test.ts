/** Vega-Lite specs taken apart, and the points that a selection means. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Drawn, point, points } from "../../static/app/vega_points.ts";
import { INDEX, isComposed, type Mapping, takeApart } from "../../static/app/vega_spec.ts";

const rows = [{ a: "x", n: 3 }, { a: "y", n: 1 }, { a: "z", n: 2 }];
const spec = (values: Mapping[]): Mapping => ({ data: { values }, mark: "bar", encoding: { x: { field: "a" }, y: { field: "n" } } });
const drawn: Drawn[] = rows.map((row, i) => ({ layer: 0, datum: { ...row, [INDEX]: i, _vgsid_: i + 1 } }));

test("specs that differ in their rows only are one spec", () => {
  const one = takeApart(spec(rows));
  const other = takeApart(spec([{ a: "x", n: 9 }]));

  assert.deepEqual(one.spec, other.spec);
  assert.deepEqual(one.datasets, { rows_0: rows.map((row, i) => ({ ...row, [INDEX]: i })) });
});

test("named datasets, whose names follow from what is in them, get names that stay", () => {
  const named = (name: string) => takeApart({ datasets: { [name]: [1] }, hconcat: [{ data: { name }, mark: "bar" }, { data: { name }, mark: "line" }] });

  assert.deepEqual(named("data-1").spec, named("data-2").spec);
  assert.deepEqual(named("data-1").datasets, { rows_0: [{ data: 1, [INDEX]: 0 }] });
});

test("what can be selected is found wherever it stands", () => {
  const params = [{ name: "brush", select: "interval" }, { name: "width", value: 3 }];

  assert.deepEqual(takeApart({ layer: [{ mark: "point", params }] }).selections, ["brush"]);
});

test("a frame is rows, and one that has not come whole is refused", () => {
  const frame = (total: number) => ({ $frame: { columns: [{ name: "n", type: "number" }], rows: [[1]], total } });

  assert.deepEqual(takeApart({ data: { values: frame(1) } }).datasets, { rows_0: [{ n: 1, [INDEX]: 0 }] });
  assert.throws(() => takeApart({ data: { values: frame(5_000) } }), /5000 rows/);
});

test("data from elsewhere is refused, in transforms too", () => {
  assert.throws(() => takeApart({ data: { url: "https://example.org/a.csv" } }), /example\.org/);
  assert.throws(() => takeApart({ transform: [{ lookup: "a", from: { data: { url: "//example.org/a" }, key: "a" } }] }), /example\.org/);
});

test("charts of several parts have sizes of their own", () => {
  assert.ok(isComposed({ hconcat: [] }));
  assert.ok(isComposed({ encoding: { row: { field: "a" } } }));
  assert.ok(!isComposed({ layer: [] }));
});

test("a brush means the rows within its ends, a pick the one that was picked, each once", () => {
  const { spec: apart, datasets } = takeApart(spec(rows));
  const brushed = points([...drawn, { layer: 1, datum: drawn[0]!.datum }], [{ fields: [{ field: "n", type: "R" }], values: [[3, 2]] }], apart, datasets);
  const picked = points(drawn, [{ _vgsid_: 2 }], apart, datasets);
  const listed = points(drawn, [{ fields: [{ field: "a", type: "E" }], values: [["x", "y"]] }], apart, datasets);

  assert.deepEqual(brushed, [
    { curve: 0, index: 0, x: "x", y: 3, customdata: rows[0] },
    { curve: 0, index: 2, x: "z", y: 2, customdata: rows[2] },
  ]);
  assert.deepEqual(picked, [{ curve: 0, index: 1, x: "y", y: 1, customdata: rows[1] }]);
  assert.equal(listed.length, 2);
});

test("what was summed has the place at which it is drawn, and its dates are texts", () => {
  const summed: Drawn[] = [{ layer: 0, datum: { yearmonth_day: new Date(0), sum_n: 4 } }, { layer: 0, datum: { yearmonth_day: new Date(1), sum_n: NaN } }];
  const shown = { encoding: { x: { field: "day" }, y: { field: "n" } } };

  assert.deepEqual(point(summed[0]!, summed, shown, {}), { curve: 0, index: 0, x: "1970-01-01T00:00:00.000Z", y: 4, customdata: { yearmonth_day: "1970-01-01T00:00:00.000Z", sum_n: 4 } });
  assert.equal((point(summed[1]!, summed, shown, {}) as Mapping)["y"], null);
});
