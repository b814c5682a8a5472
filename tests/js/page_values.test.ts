import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { axisOf } from "../../static/app/agent_ruler.ts";
import { readToAgent } from "../../static/app/agent_messages.ts";
import { evaluate, parse } from "../../static/app/expressions.ts";
import { hasMarkdown } from "../../static/app/has_markdown.ts";
import { readAddress, writeAddress } from "../../static/app/navigation.ts";
import { bounded, problemWith, stepped } from "../../static/app/numbers.ts";
import { optionsOf } from "../../static/app/options.ts";
import type { Component, Json, Page } from "../../static/app/protocol.ts";
import { reconcilePages } from "../../static/app/reconcile.ts";
import { lookup, rowKeys, rowsIn, type Scope, source, statePath } from "../../static/app/scope.ts";
import { Store } from "../../static/app/store.ts";
import { cellText, tableOf } from "../../static/app/table.ts";
import { foundRows, nextSorting } from "../../static/app/table_sorting.ts";
import { safeImage, safeLink } from "../../static/app/urls.ts";

// --- repeaters -----------------------------------------------------------------------------------------

const FRAME = { $frame: { columns: [{ name: "n", type: "number" }], rows: [[10], [20]], total: 2 } };

const rowNames = JSON.parse(readFileSync("../tests/row_names_cases.json", "utf8")) as { items: Json; identity: string; names: string[] }[];

function storeWith(state: Record<string, Json>): Store {
  const store = new Store();
  store.replace(state);
  return store;
}

function scope(store: Store, items: Json, key: string, outer: Scope | null = null, names = ["item_id", "item"]): Scope {
  return { outer, keyName: names[0] as string, valueName: names[1] as string, row: key, key, source: source(items, store, outer) };
}

const show = (store: Store, around: Scope | null, text: string): Json => evaluate(parse(text), lookup(store, around));

test("rows of mappings are named by their keys, of lists and frames by their numbers", () => {
  const store = storeWith({ map: { b: 1, a: 2 }, list: ["x", "y"], frame: FRAME, text: "no" });
  const keys = (items: Json) => rowKeys(source(items, store, null), store);

  assert.deepEqual(keys("@{map}"), ["b", "a"]);
  assert.deepEqual(keys("@{list}"), ["0", "1"]);
  assert.deepEqual(keys("@{frame}"), ["0", "1"]);
  assert.deepEqual(keys({ k: 1 }), ["k"]);
  for (const nothing of ["@{text}", "@{missing}", "", null, 5]) assert.deepEqual(keys(nothing), []);
});

test("items of lists and frames are known by what tells them apart, others by their number", () => {
  for (const { items, identity, names } of rowNames) {
    const store = storeWith({ items });
    assert.deepEqual([...rowsIn(source("@{items}", store, null), store, identity).keys()], names);
  }
  const store = storeWith({ map: { b: { id: 1 } }, frame: FRAME });
  const rows = (items: Json, identity: string) => [...rowsIn(source(items, store, null), store, identity)];
  assert.deepEqual(rows("@{map}", "id"), [["b", "b"]]);
  assert.deepEqual(rows("@{frame}", "n"), [["10", "0"], ["20", "1"]]);
  assert.deepEqual(rows("@{frame}", "other"), [["#0", "0"], ["#1", "1"]]);
});

test("the variables of a repeater are the row's key and value", () => {
  const store = storeWith({ map: { b: { t: "B" } }, list: ["x", "y"], frame: FRAME });

  assert.equal(show(store, scope(store, "@{map}", "b"), "@{item_id}: @{item.t}"), "b: B");
  assert.equal(show(store, scope(store, "@{list}", "1"), "@{item}"), "y");
  assert.equal(show(store, scope(store, "@{frame}", "1"), "@{item.n}"), 20);
  assert.equal(show(store, scope(store, [{ t: "fixed" }], "0"), "@{item.t}"), "fixed");
  assert.equal(show(store, scope(store, "@{map}", "b"), "@{map[item_id].t}"), "B");
});

test("repeaters nest, also over what the outer row holds, and inner names cover outer ones", () => {
  const store = storeWith({ teams: { red: { people: ["Ann", "Bob"] } } });
  const team = scope(store, "@{teams}", "red", null, ["team_id", "team"]);
  const person = scope(store, "@{team.people}", "1", team);

  assert.equal(show(store, person, "@{team_id}/@{item_id}: @{item}"), "red/1: Bob");
  assert.deepEqual(statePath(["item"], store, person), ["teams", "red", "people", "1"]);
  assert.equal(show(store, scope(store, "@{team.people}", "0", team, ["team_id", "team"]), "@{team}"), "Ann");
});

// --- pages ---------------------------------------------------------------------------------------------

function component(id: string, children: Component[] = [], fields: Record<string, Json> = {}): Component {
  return { id, type: "section", fields, binding: null, on: [], visible: true, children };
}

test("after an edit only the changed component and those around it are new objects", () => {
  const make = (text: string): Page => ({ ...component("main", [component("a", [component("b", [], { text })]), component("c", [component("d")])]), order: 0 });
  const before = reconcilePages([], [make("old")]);

  const [after] = reconcilePages(before, [make("new")]);

  assert.equal(after?.children[0]?.children[0]?.fields["text"], "new");
  assert.notEqual(after?.children[0], before[0]?.children[0]);
  assert.equal(after?.children[1], before[0]?.children[1]);
  assert.equal(reconcilePages(before, [make("old")])[0], before[0]);
});

test("pages stand in their order", () => {
  const pages = reconcilePages([], [{ ...component("b"), order: 1 }, { ...component("a"), order: 0 }]);

  assert.deepEqual(pages.map((page) => page.id), ["a", "b"]);
});

test("addresses name the page and its variables, below any base", () => {
  assert.deepEqual({ ...readAddress("/app/details", "?customer=17", "/app/") }, { key: "details", routeVars: Object.assign(Object.create(null), { customer: "17" }) });
  assert.equal(readAddress("/", "", "/").key, "");
  assert.equal(readAddress("/%E0%A4%A", "", "/").key, "%E0%A4%A");
  assert.equal(writeAddress({ key: "a b", routeVars: { q: "x&y" } }, "/app/"), "/app/a%20b?q=x%26y");
});

// --- values in components ------------------------------------------------------------------------------

test("a number that is none or out of bounds is explained, and steps leave no crumbs", () => {
  assert.equal(problemWith(null, false, { min: 1, max: null }), "");
  assert.equal(problemWith(0.5, false, { min: 1, max: null }), "The least is 1.");
  assert.equal(problemWith(3, false, { min: null, max: 2 }), "The most is 2.");
  assert.equal(problemWith(null, true, { min: null, max: null }), "Enter a number.");
  assert.equal(problemWith(NaN, false, { min: null, max: null }), "Enter a number.");
  assert.equal(stepped(0.1, 1, 0.2), 0.3);
  assert.equal(stepped(null, -1, 5), -5);
  assert.equal(stepped(1e-7, 1, 1e-7), 2e-7);
  assert.equal(bounded(11, { min: 0, max: 10 }), 10);
});

test("options come from mappings and lists", () => {
  assert.deepEqual(optionsOf({ a: "Anna", b: 2 }), [["a", "Anna"], ["b", "2"]]);
  assert.deepEqual(optionsOf(["x", 1]), [["x", "x"], ["1", "1"]]);
  assert.deepEqual(optionsOf([{ key: "a", label: "Anna" }, { key: "b" }]), [["a", "Anna"], ["b", "b"]]);
  assert.deepEqual(optionsOf("nonsense"), []);
});

test("plain texts need no Markdown, and what is Markdown is seen", () => {
  for (const text of ["", "Count: 5", "up-to-date, 3.5 kg (net)", "#1 is best?!".slice(1), "a + b = c"]) assert.equal(hasMarkdown(text), false, text);
  for (const text of ["**b**", "a_b_", "- item", "1. one", "# Title", "see [x](y)", "`c`", "<b>", "a\nb", "https://x.org", "&amp;", "> q", "a@b.org"]) assert.equal(hasMarkdown(text), true, text);
});

test("a table is made of frames, of records and of columns", () => {
  const names = (value: Json) => tableOf(value).columns.map(({ name, type }) => `${name}:${type}`);

  assert.deepEqual(names(FRAME), ["n:number"]);
  assert.deepEqual(names([{ a: 1 }, { a: 2, b: "x" }]), ["a:number", "b:text"]);
  assert.deepEqual(tableOf([{ a: 1 }, { b: 2 }]).rows, [[1, null], [null, 2]]);
  assert.deepEqual(names({ d: ["2026-01-01"], ok: [true], mix: [1] }), ["d:date", "ok:boolean", "mix:number"]);
  assert.deepEqual(tableOf({ a: [1, 2], b: { x: 3 } }).rows, [[1, 3], [2, null]]);
  assert.deepEqual(tableOf(null), { columns: [], rows: [], total: 0, version: null });
  assert.equal(tableOf({ $frame: { columns: [], rows: [], total: 7 } }).total, 7);
});

test("cells read well", () => {
  assert.equal(cellText(0.1 + 0.2, "number"), "0.3");
  assert.equal(cellText("2026-03-14T00:00:00", "date"), "2026-03-14");
  assert.equal(cellText("2026-03-14T09:30:00.000", "date"), "2026-03-14 09:30");
  assert.equal(cellText("2026-03-14T09:30:05Z", "date"), "2026-03-14 09:30:05Z");
  assert.equal(cellText(null, "text"), "");
  assert.equal(cellText({ a: 1 }, "other"), '{"a":1}');
});

test("a press on a column sorts up, then down, then not; empty cells stand last", () => {
  const table = tableOf([{ n: 2 }, { n: null }, { n: 10 }, { n: 1 }]);
  const up = nextSorting(null, 0);
  const down = nextSorting(up, 0);

  assert.deepEqual(foundRows(table, { sorting: up, search: "", filters: [] }), [3, 0, 2, 1]);
  assert.deepEqual(foundRows(table, { sorting: down, search: "", filters: [] }), [2, 0, 3, 1]);
  assert.equal(nextSorting(down, 0), null);
});

test("a search finds rows that hold all words in any column", () => {
  const table = tableOf([{ name: "Ann Lee", day: "2026-03-14T00:00:00", ok: true }, { name: "Bob", day: "2026-04-01T09:30:00", ok: false }]);
  const found = (search: string) => foundRows(table, { sorting: null, search, filters: [] });

  assert.deepEqual(found("LEE"), [0]);
  assert.deepEqual(found("2026 bob"), [1]);
  assert.deepEqual(found("09:30"), [1]);
  assert.deepEqual(found("  "), [0, 1]);
  assert.deepEqual(found("true"), []);
});

test("only addresses of known schemes are followed", () => {
  const page = "https://app.example/main";
  assert.equal(safeLink("other", page), "https://app.example/other");
  assert.equal(safeLink("mailto:a@b.org", page), "mailto:a@b.org");
  for (const bad of ["javascript:alert(1)", " java\nscript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,<b>", "vbscript:x", "file:///etc/passwd", "blob:https://x/1"]) {
    assert.equal(safeLink(bad, page), null, bad);
  }
  assert.equal(safeImage("data:image/png;base64,AA", page), "data:image/png;base64,AA");
  assert.equal(safeImage("data:text/html,x", page), null);
});

// --- the agent -----------------------------------------------------------------------------------------

test("the agent reads only whole messages of the Builder", () => {
  assert.deepEqual(readToAgent({ mainspring: 1, type: "select", ids: ["a"] }), { type: "select", ids: ["a"] });
  for (const data of [null, "select", {}, { mainspring: 2, type: "measure" }, { mainspring: 1, type: "eval" }, { mainspring: 1, type: "select", ids: "a" }]) {
    assert.equal(readToAgent(data), null);
  }
});

test("children that stand side by side make a row, whatever the component is called", () => {
  const rect = (x: number, y: number) => ({ x, y, width: 100, height: 50 });

  assert.equal(axisOf("columns", [rect(0, 0), rect(120, 0)]), "horizontal");
  assert.equal(axisOf("columns", [rect(0, 0), rect(0, 60)]), "vertical");
  assert.equal(axisOf("columns", []), "horizontal");
});
