import assert from "node:assert/strict";
import { test } from "node:test";
import {
  copyOf,
  find,
  freeId,
  fromClipboard,
  nameOf,
  ownText,
  newComponent,
  parentOf,
  pathTo,
  placeAfterStep,
  placeForNew,
  refusal,
  toClipboard,
  usesOf,
  utf16Column,
  wordsFor,
} from "../../static/builder/changes.ts";
import type { Catalogue, Component, ComponentType } from "../../static/builder/protocol.ts";

function type(name: string, title: string, children: ComponentType["children"], parents: ComponentType["parents"] = "any", initial: string[] = []): ComponentType {
  return {
    type: name, title, category: "Other", description: "", icon: "box", children, parents, axis: "vertical", default_event: null, binding: null,
    initial_children: initial, fields: {}, events: {},
  };
}

const catalogue: Catalogue = Object.fromEntries(
  [
    type("page", "Page", "any", []),
    type("section", "Section", "any"),
    type("columns", "Columns", ["column"], "any", ["column", "column"]),
    type("column", "Column", "any", ["columns"]),
    type("button", "Button", "none"),
    type("text", "Text", "none"),
  ].map((each) => [each.type, each]),
);

const page: Component = {
  id: "main",
  type: "page",
  children: [
    { id: "intro", type: "text", fields: { text: "Welcome\nto all" } },
    {
      id: "columns",
      type: "columns",
      children: [
        { id: "column", type: "column", children: [{ id: "save", type: "button", fields: { text: "Save" }, on: { "wf-click": "handle_save" } }] },
        { id: "column_2", type: "column" },
      ],
    },
    { id: "section", type: "section" },
  ],
};

test("components are found with their parents and the path to them", () => {
  assert.equal(find(page, "save")?.type, "button");
  assert.equal(parentOf(page, "save")?.id, "column");
  assert.deepEqual(pathTo(page, "save"), ["main", "columns", "column", "save"]);
  assert.deepEqual(pathTo(page, "nothing"), []);
});

test("a new component starts with the children of its type, under free ids", () => {
  const made = newComponent("columns", catalogue, new Set(["columns", "column", "column_2"]));

  assert.deepEqual(made, { id: "columns_2", type: "columns", children: [{ id: "column_3", type: "column" }, { id: "column_4", type: "column" }] });
});

test("a copy gets free ids and keeps its links", () => {
  const copy = copyOf(find(page, "column")!, new Set(["column", "column_2", "save"]));

  assert.equal(copy.id, "column_3");
  assert.deepEqual(copy.children, [{ id: "save_2", type: "button", fields: { text: "Save" }, on: { "wf-click": "handle_save" } }]);
});

test("the first free id is taken", () => {
  assert.equal(freeId("button", new Set()), "button");
  assert.equal(freeId("button", new Set(["button", "button_2"])), "button_3");
});

test("a parent that can't take a type says why", () => {
  assert.equal(refusal(catalogue, "page", "button"), null);
  assert.equal(refusal(catalogue, "columns", "button"), "Columns takes only Column.");
  assert.equal(refusal(catalogue, "section", "column"), "Column stands only in Columns.");
  assert.equal(refusal(catalogue, "button", "text"), "Button takes no components.");
});

test("what is inserted goes into the selection, or else behind it", () => {
  assert.deepEqual(placeForNew(page, "section", "button", catalogue), { parent: "section", index: 0 });
  assert.deepEqual(placeForNew(page, "save", "text", catalogue), { parent: "column", index: 1 });
  assert.deepEqual(placeForNew(page, "save", "column", catalogue), { parent: "columns", index: 1 });
  assert.deepEqual(placeForNew(page, null, "text", catalogue), { parent: "main", index: 3 });
  assert.equal(placeForNew(page, null, "column", catalogue), null);
});

test("steps by keyboard stay within what parents take", () => {
  assert.deepEqual(placeAfterStep(page, "section", "up", catalogue), { parent: "main", index: 1 });
  assert.equal(placeAfterStep(page, "intro", "up", catalogue), null);
  assert.equal(placeAfterStep(page, "section", "in", catalogue), null);
  assert.equal(placeAfterStep(page, "save", "out", catalogue), null);
});

test("the place of a drop is said in words", () => {
  assert.equal(wordsFor(page, { parent: "column", index: 0 }, null, catalogue), "in Column 1, before Save");
  assert.equal(wordsFor(page, { parent: "column", index: 1 }, null, catalogue), "in Column 1, after Save");
  assert.equal(wordsFor(page, { parent: "column_2", index: 0 }, null, catalogue), "in Column 2");
  assert.equal(wordsFor(page, { parent: "main", index: 0 }, "intro", catalogue), "in Page main, before Columns");
});

test("a component is known by its own first line", () => {
  assert.equal(nameOf(page, find(page, "intro")!, catalogue), "Welcome");
});

test("the clipboard carries a component and refuses everything else", () => {
  assert.deepEqual(fromClipboard(toClipboard([page])), [page]);
  for (const text of ["", "def f(): pass", "{}", '{"mainspring": 1}', '{"mainspring": 1, "components": [{"id": 3}]}']) assert.deepEqual(fromClipboard(text), []);
});

test("the uses of a handler are found on all pages", () => {
  const state = { key: "main", order: 0, revision: 1, page, undo: null, redo: null };

  assert.deepEqual(usesOf([state], "handle_save"), [{ page: "main", id: "save", event: "wf-click" }]);
});

test("columns of Python count code points, those of the editor UTF-16 units", () => {
  assert.equal(utf16Column('x = "🎉" + y', 8), 9);
  assert.equal(utf16Column("abc", 99), 3);
});

test("underscores within a word are part of it, those around it are marks", () => {
  assert.equal(ownText({ id: "a", type: "text", fields: { text: "`count_visitor` is _two_ **lines**" } }), "count_visitor is two lines");
});
