/** New pages over old ones: what is equal is the same object. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reconcileTrees, withParts } from "../../static/app/reconcile.ts";

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

test("of a part, what it names is new with what stands around it, and all else the same object", () => {
  const page = withParts(before, [{ id: "b", text: "other" }])!;

  assert.deepEqual(page, { id: "page", children: [{ id: "a", children: [{ id: "b", text: "other" }] }, { id: "c", text: "c" }] });
  assert.equal(page.children![1], before.children![1]);
  assert.deepEqual(before, copy());
});

test("parts add, move and take away by the lists of children alone", () => {
  const page = withParts(before, [{ id: "page", children: ["new", "b"] }, { id: "new", children: ["c"] }])!;

  assert.deepEqual(page, { id: "page", children: [{ id: "new", children: [{ id: "c", text: "c" }] }, { id: "b", text: "b" }] });
  assert.equal(page.children![1], before.children![0]!.children![0]);
});

test("no parts leave the page the same object, and a child that is nowhere fits no page", () => {
  assert.equal(withParts(before, []), before);
  assert.equal(withParts(before, [{ id: "a", children: ["nowhere"] }]), null);
});
