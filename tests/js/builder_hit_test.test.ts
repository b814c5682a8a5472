import assert from "node:assert/strict";
import { test } from "node:test";
import { clipped, landing, type Box } from "../../static/builder/hit_test.ts";

function box(id: string, x: number, y: number, width: number, height: number, children: string[] | null, axis: Box["axis"] = "vertical"): [string, Box] {
  return [id, { id, rect: { x, y, width, height }, axis, container: children !== null, children: children ?? [], margin: 6 }];
}

// A page with a heading, a section that holds two columns side by side, and a button.
const boxes = new Map([
  box("page", 0, 0, 400, 600, ["heading", "section", "button"]),
  box("heading", 20, 20, 360, 40, null),
  box("section", 20, 80, 360, 200, ["columns"]),
  box("columns", 30, 100, 340, 160, ["left", "right"], "horizontal"),
  box("left", 30, 100, 160, 160, ["name", "mail"]),
  box("name", 40, 110, 140, 40, null),
  box("mail", 40, 160, 140, 40, null),
  box("right", 210, 100, 160, 160, []),
  box("button", 20, 300, 100, 40, null),
]);
const at = (x: number, y: number, moving: string | null = null) => {
  const found = landing(boxes, "page", { x, y }, moving);
  return found && [found.parent, found.index];
};

test("midpoints of the children decide before which of them a component lands", () => {
  assert.deepEqual(at(200, 35), ["page", 0]);
  assert.deepEqual(at(200, 45), ["page", 1]);
  assert.deepEqual(at(200, 330), ["page", 3]);
});

test("the innermost container under the pointer takes the component", () => {
  assert.deepEqual(at(100, 125), ["left", 0]);
  assert.deepEqual(at(100, 155), ["left", 1]);
  assert.deepEqual(at(100, 240), ["left", 2]);
});

test("an empty container takes the component as its first child", () => {
  assert.deepEqual(at(290, 180), ["right", 0]);
});

test("along a horizontal axis the place follows from left to right", () => {
  assert.deepEqual(at(200, 180), ["columns", 1]);
});

test("near the edge of a container the place is beside it", () => {
  assert.deepEqual(at(200, 82), ["page", 1]);
  assert.deepEqual(at(200, 278), ["page", 2]);
});

test("a point outside of everything counts for the page", () => {
  assert.deepEqual(at(200, 900), ["page", 3]);
});

test("the moving component is not counted, and nothing lands in it", () => {
  assert.deepEqual(at(100, 240, "name"), ["left", 1]);
  assert.deepEqual(at(100, 180, "left"), ["columns", 0]);
});

test("children that are not shown keep their place in the count", () => {
  const hidden = new Map(boxes);
  hidden.delete("heading");

  assert.deepEqual(landing(hidden, "page", { x: 200, y: 90 }, null)?.parent, "section");
  assert.equal(landing(hidden, "page", { x: 10, y: 60 }, null)?.index, 1);
});

test("a container whose children are all folded away takes the component behind them", () => {
  const folded = new Map([box("page", 0, 0, 100, 100, ["section"]), box("section", 0, 20, 100, 40, ["a", "b"])]);

  assert.equal(landing(folded, "page", { x: 50, y: 40 }, null)?.index, 2);
});

test("the mark lies halfway between two neighbours, across the axis", () => {
  const between = landing(boxes, "page", { x: 100, y: 155 }, null);

  assert.deepEqual(between?.line, { x: 40, y: 155, width: 140, height: 0 });
});

test("without the page's own box there is nowhere to land", () => {
  assert.equal(landing(new Map(), "page", { x: 1, y: 1 }, null), null);
});

test("in a grid of several rows the row under the pointer counts, then the place in it", () => {
  const grid = new Map([
    box("page", 0, 0, 400, 300, ["grid"]),
    box("grid", 0, 0, 400, 300, ["a", "b", "c", "d"], "horizontal"),
    box("a", 10, 10, 180, 80, null),
    box("b", 210, 10, 180, 100, null),
    box("c", 10, 130, 180, 80, null),
    box("d", 210, 130, 180, 80, null),
  ]);
  const place = (x: number, y: number) => landing(grid, "page", { x, y }, null)?.index;

  assert.equal(place(40, 50), 0);
  assert.equal(place(380, 50), 2);
  assert.equal(place(40, 170), 2);
  assert.equal(place(200, 170), 3);
  assert.equal(place(380, 170), 4);
  assert.deepEqual(landing(grid, "page", { x: 380, y: 50 }, null)?.line, { x: 393, y: 10, width: 0, height: 100 });
});

test("among tabs the place goes by their buttons, also that of a tab which isn't open", () => {
  const tabs = new Map([
    box("page", 0, 0, 400, 300, ["tabs"]),
    box("tabs", 0, 0, 400, 300, ["one", "two"], "horizontal"),
    box("one", 0, 40, 400, 260, []),
    box("two", 80, 0, 80, 40, null),
  ]);
  tabs.get("one")!.handle = { x: 0, y: 0, width: 80, height: 40 };
  tabs.get("two")!.handle = { x: 80, y: 0, width: 80, height: 40 };
  const at = (x: number, y: number) => {
    const found = landing(tabs, "page", { x, y }, null);
    return found && [found.parent, found.index];
  };

  assert.deepEqual(at(20, 20), ["tabs", 0]);
  assert.deepEqual(at(60, 20), ["tabs", 1]);
  assert.deepEqual(at(150, 20), ["tabs", 2]);
  assert.deepEqual(at(200, 150), ["one", 0]);
});

test("what is outlined stays within its surface", () => {
  const area = { x: 0, y: 50, width: 100, height: 100 };
  assert.deepEqual(clipped({ x: 10, y: 20, width: 200, height: 400 }, area), { x: 10, y: 50, width: 90, height: 100 });
  assert.deepEqual(clipped({ x: 10, y: 200, width: 20, height: 40 }, area), { x: 10, y: 200, width: 20, height: 0 });
});
