/** What events do without code, as the Builder offers it; and how long handlers took. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { begun, isWhole, shownValue, typedValue } from "../../static/builder/built_in.ts";
import { copyOf } from "../../static/builder/changes.ts";
import { optionsFor } from "../../static/builder/combobox.tsx";
import { milliseconds, summary, withRuns } from "../../static/builder/handler_runs.ts";
import type { Component, Fired, Handler, PageState } from "../../static/builder/protocol.ts";

const inside: Component = { id: "yes", type: "button" };
const page: Component = { id: "main", type: "page", children: [{ id: "ask", type: "dialog", children: [inside] }, { id: "other", type: "dialog" }, { id: "go", type: "button" }] };
const pages = [{ key: "main", page }, { key: "second", page: { id: "second", type: "page" } }] as PageState[];

test("an action begins with what is likeliest: another page, a dialog, the dialog around a closing button", () => {
  assert.deepEqual(begun("go_to_page", page, "go", pages), { action: "go_to_page", page: "second" });
  assert.deepEqual(begun("open_dialog", page, "go", pages), { action: "open_dialog", dialog: "ask" });
  assert.deepEqual(begun("open_dialog", page, "yes", pages), { action: "open_dialog", dialog: "other" });
  assert.deepEqual(begun("close_dialog", page, "yes", pages), { action: "close_dialog", dialog: "ask" });
  assert.equal(isWhole(begun("set_state", page, "go", pages)), false);
  assert.equal(isWhole(begun("open_dialog", pages[1]!.page, "go", pages)), false);
});

test("addresses that can be opened are whole, others wait for more", () => {
  for (const url of ["https://a.b/c", "mailto:a@b.c", "tel:1", "/second", "?a=b", "second", "@{url}"]) assert.ok(isWhole({ action: "open_link", url }), url);
  for (const url of ["", " ", "javascript:alert(1)", "data:text/html,x"]) assert.ok(!isWhole({ action: "open_link", url }), url);
});

test("what is typed as a value is JSON where it is some, and is shown so that it comes back", () => {
  assert.deepEqual([typedValue("true"), typedValue("3"), typedValue("hello"), typedValue('"3"'), typedValue("[1]")], [true, 3, "hello", "3", [1]]);
  for (const value of [true, 3, "hello", "3", "true", "@{a}", "", null, { a: [1] }]) assert.deepEqual(typedValue(shownValue(value)), value);
});

test("a copy's actions mean the dialogs that were copied with them", () => {
  const box: Component = { id: "box", type: "section", children: [{ id: "ask", type: "dialog" }, { id: "go", type: "button", on: { "wf-click": { action: "open_dialog", dialog: "ask" }, "wf-x": "save" } }] };

  const copy = copyOf(box, new Set(["box", "ask", "go"]));

  assert.deepEqual(copy.children![1]!.on, { "wf-click": { action: "open_dialog", dialog: copy.children![0]!.id }, "wf-x": "save" });
  assert.notEqual(copy.children![0]!.id, "ask");
});

test("functions of packages are folded until they are asked for or searched", () => {
  const handler = (name: string, own: boolean): Handler => ({ name, module: own ? "main" : "lib", file: "", line: 1, parameters: [], kind: "function", own, doc: "", problem: null });
  const all = [handler("wraps", false), handler("save", true)];
  const kinds = (text: string, unfolded: boolean): string[] => optionsFor(all, text, unfolded).map((each) => (each.kind === "handler" ? each.handler.name : each.kind === "folded" ? `${each.count} folded` : each.does));

  assert.deepEqual(kinds("", false), ["save", "go_to_page", "set_state", "open_dialog", "close_dialog", "open_link", "1 folded"]);
  assert.deepEqual(kinds("", true).at(-1), "wraps");
  assert.deepEqual(kinds("lib", false), ["wraps"]);
  assert.deepEqual(kinds("dialog", false), ["open_dialog", "close_dialog"]);
});

test("of a handler's runs there are average, 95th percentile and errors; one that is known counts once", () => {
  const run = (number: number, ms: number, status = "ok"): Fired => ({ number, component: "go", event: "wf-click", handler: "save", status, run_ms: ms, queue_ms: 0, time: number, session: "s", sequence: number, replay_of: null, action: "" });
  const twenty = Array.from({ length: 20 }, (_, i) => run(i, i + 1));

  const runs = withRuns(withRuns(new Map(), [...twenty, run(99, 5, "running"), run(98, 5, "refused")]), [run(20, 100, "error"), run(3, 4)]);
  const found = summary(runs, "save")!;

  assert.deepEqual([found.runs, found.p95, found.errors, found.last.number], [21, 20, 1, 20]);
  assert.equal(Math.round(found.average), 15);
  assert.equal(summary(runs, "other"), undefined);
  assert.deepEqual([milliseconds(3.14), milliseconds(99.6), milliseconds(12_345)], ["3.1 ms", "100 ms", "12.3 s"]);
});
