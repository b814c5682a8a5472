/** The browser's copy follows what the runtime has sent: `tests/runtime/recorded_changes.py` records it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { apply, toTree, type Tree } from "../../static/app/changes.ts";
import type { Json, Operation } from "../../static/app/protocol.ts";

interface Case {
  before: Json;
  rounds: Operation[][];
  after: Json;
}

const cases = JSON.parse(readFileSync("../tests/state_changes.json", "utf8")) as Case[];

test("recorded changes lead from the state before to the state after, keys in the server's order", () => {
  for (const { before, rounds, after } of cases) {
    const tree = toTree(before) as Tree;
    for (const operation of rounds.flat()) apply(tree, toTree(operation as unknown as Json) as unknown as Operation);

    assert.equal(JSON.stringify(tree), JSON.stringify(toTree(after)));
  }
});
