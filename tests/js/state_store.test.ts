import assert from "node:assert/strict";
import { test } from "node:test";
import { computed, effect } from "@preact/signals";
import { apply, at, keysOf, toTree, type Tree } from "../../static/app/changes.ts";
import type { Json, Operation, Path } from "../../static/app/protocol.ts";
import { Store } from "../../static/app/store.ts";

const tree = (value: Json): Tree => toTree(value) as Tree;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What changed on the way from one state to the next, as a session's wire carried it. */
const recorded: [name: string, before: Json, operations: Operation[], after: Json][] = [
  ["a counter", { counter: 1 }, [["set", ["counter"], 2]], { counter: 2 }],
  ["a new key", {}, [["set", ["a"], { b: {} }], ["set", ["a", "b", "c"], [1]]], { a: { b: { c: [1] } } }],
  ["an empty mapping", { a: { b: 1 } }, [["set", ["a"], {}]], { a: {} }],
  ["set and delete in order", { a: 1 }, [["delete", ["a"]], ["set", ["a"], 2], ["delete", ["a"]]], {}],
  ["one item of a list", { rows: [1, 2, 3] }, [["set", ["rows", 1], 9]], { rows: [1, 9, 3] }],
  ["append", { rows: ["a"] }, [["splice", ["rows"], 1, 0, ["b", "c"]]], { rows: ["a", "b", "c"] }],
  ["a text that grows", { chat: [{ content: "Good" }] }, [["append", ["chat", 0, "content"], " day"], ["append", ["chat", 0, "content"], "!"]], { chat: [{ content: "Good day!" }] }],
  ["pop and insert", { rows: ["a", "b"] }, [["splice", ["rows"], 1, 1, []], ["splice", ["rows"], 0, 0, ["z"]]], { rows: ["z", "a"] }],
  ["delete in a list", { rows: ["a", "b"] }, [["delete", ["rows", 0]]], { rows: ["b"] }],
  ["odd keys", { o: {} }, [["set", ["o", "__proto__"], { x: 1 }], ["set", ["o", "a.b"], 1], ["set", ["o", ""], 2]], JSON.parse('{"o": {"__proto__": {"x": 1}, "a.b": 1, "": 2}}') as Json],
];

for (const [name, before, operations, after] of recorded) {
  test(`${name}: the operations lead from the state before to the one after`, () => {
    const state = tree(before);

    for (const operation of operations) assert.ok(apply(state, operation));

    assert.deepEqual(plain(state), plain(after));
  });
}

test("operations that don't fit change nothing", () => {
  const wrong: Operation[] = [
    ["set", [], 1],
    ["set", ["missing", "a"], 1],
    ["set", ["n", "a"], 1],
    ["set", ["rows", "x"], 1],
    ["set", ["rows", 9], 1],
    ["splice", ["n"], 0, 0, [1]],
    ["splice", ["rows"], 2, 1, []],
    ["splice", ["rows"], -1, 0, [1]],
    ["append", ["n"], "1"],
    ["append", ["missing"], "1"],
    ["explode", ["rows"]] as unknown as Operation,
  ];

  for (const operation of wrong) {
    const state = tree({ n: 1, rows: [1, 2] });
    assert.equal(apply(state, operation), null, JSON.stringify(operation));
    assert.deepEqual(plain(state), { n: 1, rows: [1, 2] });
  }
});

test("a key named __proto__ gives no object a prototype", () => {
  const state = tree({});
  apply(state, ["set", ["__proto__"], { polluted: true }]);

  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.equal(at(state, ["polluted"]), undefined);
  assert.equal(at(state, ["__proto__", "polluted"]), true);
});

test("a long list takes many values at once", () => {
  const state = tree({ rows: [0, 1] });

  apply(state, ["splice", ["rows"], 1, 0, new Array<Json>(200_000).fill(7)]);

  const rows = at(state, ["rows"]) as Json[];
  assert.equal(rows.length, 200_002);
  assert.equal(rows.at(-1), 1);
});

/** A store with `state`, and how often a reader of `path` has read. */
function watched(state: Record<string, Json>, path: Path, how: "read" | "shape" = "read"): { store: Store; reads: () => number; last: () => Json | undefined } {
  const store = new Store();
  store.replace(state);
  let count = 0;
  let last: Json | undefined;
  effect(() => {
    count++;
    last = store[how](path);
  });
  return { store, reads: () => count, last: () => last };
}

test("who reads a path is told of it, of what is below and above it, and of nothing beside it", () => {
  const { store, reads } = watched({ a: { b: { c: 1 }, x: 1 }, z: 1 }, ["a", "b"]);

  store.apply([["set", ["z"], 2]]);
  store.apply([["set", ["a", "x"], 2]]);
  assert.equal(reads(), 1);

  store.apply([["set", ["a", "b", "c"], 2]]);
  assert.equal(reads(), 2);

  store.apply([["set", ["a"], { b: 5 }]]);
  assert.equal(reads(), 3);
});

test("one message is one reading, whatever it changes", () => {
  const { store, reads, last } = watched({ n: 0 }, ["n"]);

  store.apply([["set", ["n"], 1], ["set", ["n"], 2], ["set", ["n"], 3]]);

  assert.equal(last(), 3);
  assert.equal(reads(), 2);
});

test("keys that come and go concern a repeater, values under them don't", () => {
  const { store, reads } = watched({ rows: { a: { n: 1 } }, list: [1] }, ["rows"], "shape");

  store.apply([["set", ["rows", "a", "n"], 2], ["set", ["rows", "a"], { n: 3 }], ["splice", ["list"], 0, 0, [0]]]);
  assert.equal(reads(), 1);

  store.apply([["set", ["rows", "b"], {}]]);
  store.apply([["delete", ["rows", "a"]]]);
  store.apply([["set", ["rows"], {}]]);
  assert.equal(reads(), 4);
});

test("an append touches no row that was there", () => {
  const store = new Store();
  store.replace({ rows: ["a", "b"] });
  const seen: (Json | undefined)[] = [];
  effect(() => void seen.push(store.read(["rows", "1"])));

  store.apply([["splice", ["rows"], 2, 0, ["c"]]]);
  assert.deepEqual(seen, ["b"]);

  store.apply([["splice", ["rows"], 0, 1, []]]);
  assert.deepEqual(seen, ["b", "c"]);
});

test("a row that went and came again is seen by who looks after both", () => {
  const store = new Store();
  store.replace({ rows: { a: 1 } });
  const value = computed(() => store.read(["rows", "a"]));
  const stop = effect(() => void value.value);
  stop();

  store.apply([["delete", ["rows", "a"]], ["set", ["rows", "a"], 2]]);

  assert.equal(value.value, 2);
});

test("a missing path is told when it comes to be", () => {
  const { store, last } = watched({}, ["a", "b"]);

  store.apply([["set", ["a"], { b: 1 }]]);

  assert.equal(last(), 1);
});

test("a snapshot counts for everyone", () => {
  const { store, last } = watched({ a: 1 }, ["a"]);

  store.replace({ a: 2 });

  assert.equal(last(), 2);
});

test("what doesn't fit is reported", () => {
  const store = new Store();

  assert.equal(store.apply([["set", ["a", "b"], 1]]), false);
  assert.equal(store.apply([["set", ["a"], 1]]), true);
});

test("keys that look like places keep the order of the app, also as keys come and go", () => {
  const state = tree({ jobs: { 2: "b", 10: "a", x: "c", $keys: ["10", "x", "2"] }, plain: { a: 1 } });
  const jobs = () => at(state, ["jobs"]) as object;
  assert.deepEqual(keysOf(jobs()), ["10", "x", "2"]);
  assert.equal(Object.hasOwn(jobs(), "$keys"), false);

  apply(state, ["set", ["jobs", "1"], "new"]);
  apply(state, ["delete", ["jobs", "10"]]);
  apply(state, ["set", ["jobs", "2"], "again"]);
  apply(state, ["set", ["jobs", "10"], "back"]);
  apply(state, ["set", ["plain", "7"], 2]);

  assert.deepEqual(keysOf(jobs()), ["x", "2", "1", "10"]);
  assert.deepEqual(keysOf(at(state, ["plain"]) as object), ["a", "7"]);
});

test("an entry that only happens to be called $keys is an entry", () => {
  const state = tree({ odd: { $keys: ["a"], b: 1 } });

  assert.deepEqual(keysOf(at(state, ["odd"]) as object), ["$keys", "b"]);
});
