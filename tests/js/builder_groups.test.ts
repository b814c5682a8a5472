/** Several components at once: what of a selection counts, where moves put it, wrapping and unwrapping. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../../static/builder/changes.ts";
import { movesTo, refusalOfAll, topmost, unwrapping, wrapping } from "../../static/builder/groups.ts";
import type { Catalogue, Component, SingleOperation } from "../../static/builder/protocol.ts";

const type = (name: string, children: "none" | "any" | string[] = "none", parents: "any" | string[] = "any") =>
  ({ type: name, title: name, children, parents, fields: {}, initial_children: [] }) as unknown as Catalogue[string];
const CATALOGUE: Catalogue = { page: type("page", "any"), section: type("section", "any"), text: type("text"), columns: type("columns", ["column"]), column: type("column", "any", ["columns"]) };
const text = (id: string): Component => ({ id, type: "text" });
const page = (): Component => ({ id: "main", type: "page", children: [text("a"), { id: "box", type: "section", children: [text("b"), text("c")] }, text("d"), text("e")] });

/** The page after moves, adds and deletes, as the service carries them out. */
function after(start: Component, operations: readonly SingleOperation[]): string {
  const root = structuredClone(start);
  const take = (id: string): Component => {
    const visit = (at: Component): Component | null => {
      const i = (at.children ?? []).findIndex((child) => child.id === id);
      if (i >= 0) return at.children!.splice(i, 1)[0]!;
      for (const child of at.children ?? []) {
        const found = visit(child);
        if (found) return found;
      }
      return null;
    };
    return visit(root)!;
  };
  for (const operation of operations) {
    if (operation.op === "move") {
      const moved = take(operation.id);
      (find(root, operation.parent)!.children ??= []).splice(operation.index, 0, moved);
    } else if (operation.op === "add") (find(root, operation.parent)!.children ??= []).splice(operation.index, 0, structuredClone(operation.component));
    else if (operation.op === "delete") take(operation.id);
  }
  const shape = (each: Component): string => each.id + (each.children ? `(${each.children.map(shape).join(" ")})` : "");
  return shape(root);
}

test("of a selection the topmost components count, in the page's order, never the page", () => {
  assert.deepEqual(topmost(page(), ["d", "b", "box", "main", "gone"]).map((each) => each.id), ["box", "d"]);
});

test("moved together, components stand one behind the other at the place, wherever they came from", () => {
  assert.equal(after(page(), movesTo(page(), ["a", "d"], { parent: "box", index: 1 })), "main(box(b a d c) e)");
  assert.equal(after(page(), movesTo(page(), ["a", "d"], { parent: "main", index: 3 })), "main(box(b c) e a d)");
  assert.equal(after(page(), movesTo(page(), ["d", "e"], { parent: "main", index: 0 })), "main(d e a box(b c))");
  assert.equal(after(page(), movesTo(page(), ["a", "e"], { parent: "main", index: 2 }, "e")), "main(box(b c) a e d)");
});

test("wrapping puts them into a new container where the first stood", () => {
  const operations = wrapping(page(), ["a", "d"], "section", CATALOGUE, new Set(["box", "section"]));
  assert.ok(typeof operations !== "string");
  assert.equal(after(page(), operations), "main(section_2(a d) box(b c) e)");
  assert.equal(wrapping(page(), ["a"], "columns", CATALOGUE, new Set()), "columns takes only column.");
  assert.equal(wrapping(page(), [], "section", CATALOGUE, new Set()), "Select components to wrap.");
});

test("unwrapping leaves the children in the container's place", () => {
  const operations = unwrapping(page(), "box", CATALOGUE);
  assert.ok(typeof operations !== "string");
  assert.equal(after(page(), operations), "main(a b c d e)");
  assert.match(String(unwrapping(page(), "a", CATALOGUE)), /^Only a component with others/);
});

test("a place that refuses one of them refuses all, with the reason", () => {
  assert.equal(refusalOfAll(page(), ["a", "d"], "box", CATALOGUE), null);
  assert.equal(refusalOfAll(page(), ["a", "box"], "box", CATALOGUE), "A component can't stand in itself.");
  assert.equal(refusalOfAll(page(), ["a"], "d", CATALOGUE), "text takes no components.");
});
