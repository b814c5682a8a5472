/** What plotly's events bring, as the payload that handlers get. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { points } from "../../static/app/plotly_figure.ts";

test("a point has its curve, its place and its values", () => {
  assert.deepEqual(points([{ curveNumber: 1, pointNumber: 3, pointIndex: 3, x: "Wed", y: 7, customdata: ["a"] }]), [
    { curve: 1, index: 3, x: "Wed", y: 7, customdata: ["a"] },
  ]);
});

test("cells are counted row by row, slices have their label, places on a map their degrees", () => {
  const cell = points([{ curveNumber: 0, pointNumber: [2, 1], x: 1, y: 2, data: { z: [[1, 2, 3]] } }]);
  const slice = points([{ curveNumber: 0, pointNumber: 0, label: "rent", value: 40 }]);
  const place = points([{ curveNumber: 0, pointNumber: 0, lon: 13.4, lat: 52.5 }]);

  assert.deepEqual(cell, [{ curve: 0, index: 7, x: 1, y: 2, customdata: null }]);
  assert.deepEqual(slice, [{ curve: 0, index: 0, x: "rent", y: 40, customdata: null }]);
  assert.deepEqual(place, [{ curve: 0, index: 0, x: 13.4, y: 52.5, customdata: null }]);
});

test("typed arrays become lists", () => {
  assert.deepEqual(points([{ curveNumber: 0, pointNumber: 0, x: 1, y: 1, customdata: new Float64Array([1, 2]) as never }]), [{ curve: 0, index: 0, x: 1, y: 1, customdata: [1, 2] }]);
});
