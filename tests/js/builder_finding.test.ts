import assert from "node:assert/strict";
import { test } from "node:test";
import { matching } from "../../static/builder/combobox.tsx";
import { score } from "../../static/builder/finder.tsx";
import { strokeName } from "../../static/builder/keys.ts";
import { paletteGroups } from "../../static/builder/palette.tsx";
import type { ComponentType, Handler } from "../../static/builder/protocol.ts";
import { chipText } from "../../static/builder/top_bar.tsx";

function type(name: string, title: string, category: string, parents: "any" | string[] = "any"): ComponentType {
  return {
    type: name, title, category, description: `A ${title}.`, icon: "box", children: "none", parents, axis: "vertical", default_event: null, binding: null, initial_children: [],
    fields: {}, events: {},
  };
}

function handler(name: string, own: boolean, parameters: string[]): Handler {
  return { name, module: "main", file: "main.py", line: 1, parameters, kind: "function", own, doc: "", problem: null };
}

test("the palette shows what can be placed, by category", () => {
  const types = Object.fromEntries([type("page", "Page", "Layout", []), type("text", "Text", "Content"), type("button", "Button", "Input"), type("section", "Section", "Layout")].map((each) => [each.type, each]));

  assert.deepEqual(paletteGroups(types, "").map(([category, each]) => [category, each.map((one) => one.title)]), [["Layout", ["Section"]], ["Content", ["Text"]], ["Input", ["Button"]]]);
  assert.deepEqual(paletteGroups(types, "butt").map(([category]) => category), ["Input"]);
});

test("handlers are searched by name, module and parameters; the app's own stand first", () => {
  const all = [handler("lib.load", false, ["state"]), handler("save", true, ["state", "payload"]), handler("load", true, ["state"])];

  assert.deepEqual(matching(all, "").map((each) => each.name), ["load", "save", "lib.load"]);
  assert.deepEqual(matching(all, "main payload").map((each) => each.name), ["save"]);
});

test("a start counts more than the middle, the middle more than scattered letters", () => {
  const [start, word, middle, scattered, none] = ["save_all", "on save", "unsaved", "see a very", "load"].map((title) => score(title, "save"));

  assert.ok(start! > word! && word! > middle! && middle! > scattered!);
  assert.ok(scattered! > 0);
  assert.equal(none, 0);
});

test("strokes are named as the table of commands writes them", () => {
  const stroke = { key: "z", code: "KeyZ", ctrl: true, shift: true, alt: false, meta: false };

  assert.equal(strokeName(stroke), "Ctrl+Shift+Z");
  assert.equal(strokeName({ ...stroke, ctrl: false, shift: false, alt: true, key: "ArrowUp" }), "Alt+↑");
  assert.equal(strokeName({ ...stroke, ctrl: false, key: "?" }), "?");
});

test("the status chip says in words how the app is", () => {
  const status = { state: "live", generation: 4, ms: 42.3, kept: 5, dropped: {}, message: "", error: null, responding: true } as const;

  assert.equal(chipText(status).text, "live in 42 ms, kept 5 states");
  assert.equal(chipText({ ...status, state: "failed" }).text, "failed — version 4 still serves");
  assert.equal(chipText({ ...status, state: "failed", generation: null }).text, "failed");
});
