/** Completing paths of state in texts: where one is open, what fits, and what the text becomes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StatePlace } from "../../static/builder/protocol.ts";
import { completed, matchingPlaces, openPath } from "../../static/builder/state_paths.ts";

const place = (key: string, kind: StatePlace["kind"] = "text", size?: number): StatePlace => ({ key, kind, type: "", preview: "", ...(size === undefined ? {} : { size }) });

test("a path is open behind @{, up to the caret, with the parts above it", () => {
  assert.deepEqual(openPath("Hello @{per", 11), { above: [], partial: "per", from: 8 });
  assert.deepEqual(openPath("@{a.b.c} @{person.na", 20), { above: ["person"], partial: "na", from: 18 });
  assert.deepEqual(openPath("@{a\\.b.c", 8), { above: ["a.b"], partial: "c", from: 7 });
  assert.deepEqual(openPath("form.na", 7, true), { above: ["form"], partial: "na", from: 5 });
});

test("nothing is open in plain text, behind an end, in brackets, or where @{ is escaped", () => {
  for (const text of ["person", "@{a}", "@{a[b", "\\@{a", "@ {a"]) assert.equal(openPath(text, text.length), null);
});

test("keys are offered that begin with what was typed, then those that hold it, never hidden ones", () => {
  const places = ["rename", "name", "_name", "other", "Names"].map((key) => place(key));
  assert.deepEqual(matchingPlaces(places, "na").map((each) => each.key), ["name", "Names", "rename"]);
});

test("a completed path is closed, goes on below an object, and escapes what the grammar would take for its own", () => {
  const complete = (text: string, at: number, chosen: StatePlace, bare = false) => completed(text, at, openPath(text, at, bare)!, chosen, bare);
  assert.deepEqual(complete("Hi @{na", 7, place("name")), { text: "Hi @{name}", caret: 10 });
  assert.deepEqual(complete("@{na} there", 4, place("name")), { text: "@{name} there", caret: 7 });
  assert.deepEqual(complete("@{pe", 4, place("person", "object", 2)), { text: "@{person.", caret: 9 });
  assert.deepEqual(complete("@{pe", 4, place("person", "object", 0)), { text: "@{person}", caret: 9 });
  assert.deepEqual(complete("@{", 2, place("a.b")), { text: "@{a\\.b}", caret: 7 });
  assert.deepEqual(complete("form.na", 7, place("name"), true), { text: "form.name", caret: 9 });
});
