/** New pages over old ones: what is equal is the same object. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reconcileTrees } from "../../static/app/reconcile.ts";

interface Node {
  id: string;
  text?: string;
  children?: Node[];
}

const before: Node = { id: "page", children: [{ id: "a", children: [{ id: "b", text: "b" }] }, { id: "c", text: "c" }] };
const copy = (): Node => structuredClone(before);
const over = (after: Node): Node => reconcileTrees([before], [after])[0]!;

test("an equal tree is the tree before", () => {
  assert.equal(over(copy()), before);
});

test("what changed and what stands around it is new, and nothing else", () => {
  const after = copy();
  after.children![0]!.children![0]!.text = "other";
  const page = over(after);

  assert.deepEqual(page, after);
  assert.notEqual(page.children![0], before.children![0]);
  assert.equal(page.children![1], before.children![1]);
});

test("what moved is the same object at its new place", () => {
  const page = over({ id: "page", children: [{ id: "c", text: "c" }, { id: "a", children: [{ id: "b", text: "b" }] }] });

  assert.equal(page.children![1], before.children![0]);
  assert.equal(page.children![0], before.children![1]);
});

test("a value that is gone, or a last child that is gone, is a change", () => {
  assert.deepEqual(over({ id: "page", children: [{ id: "a" }, { id: "c" }] }), { id: "page", children: [{ id: "a" }, { id: "c" }] });
});
