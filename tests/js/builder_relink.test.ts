import assert from "node:assert/strict";
import { test } from "node:test";
import type { Handler } from "../../static/builder/protocol.ts";
import { movedNames } from "../../static/builder/relink.ts";

const handler = (name: string, line = 1, parameters: string[] = ["state"], file = "main.py"): Handler => ({ name, module: "main", file, line, parameters, own: true, doc: "", problem: null }) as Handler;

test("the only function that went and the only one that came with the same parameters are one", () => {
  assert.deepEqual(movedNames([handler("save"), handler("other", 9)], [handler("keep", 4), handler("other", 9)]), [["save", "keep"]]);
});

test("of several, the one at the same line is meant", () => {
  assert.deepEqual(movedNames([handler("a", 1), handler("b", 5)], [handler("c", 1), handler("d", 5)]), [["a", "c"], ["b", "d"]]);
});

test("what only went, only came, or has other parameters is no rename", () => {
  assert.deepEqual(movedNames([handler("a")], []), []);
  assert.deepEqual(movedNames([handler("a")], [handler("a"), handler("b", 5)]), []);
  assert.deepEqual(movedNames([handler("a", 1)], [handler("b", 8, ["payload"])]), []);
  assert.deepEqual(movedNames([handler("a", 1)], [handler("b", 8, ["state"], "shop.py")]), []);
});
