import assert from "node:assert/strict";
import { test } from "node:test";
import type { Overview, ServerPush } from "../../static/builder/protocol.ts";
import { appName, dropPage, handlers, pages, readPagesBy, status, takeOverview, takePage, takePush } from "../../static/builder/store.ts";

const starting = { state: "starting", generation: null, ms: null, kept: 0, dropped: {}, message: "", error: null, responding: true } as const;

function overview(name: string): Overview {
  return { name, catalogue: {}, pages: [], broken: [], files: [], folders: [], files_complete: true, handlers: [], read_only: null,
    environment: { name: "Mainspring's own", version: "3.11", path: null, wrong: "" }, status: starting };
}

test("an overview that was asked for earlier and comes later doesn't undo what was pushed meanwhile", () => {
  takeOverview(overview("first"));
  assert.equal(status.value.state, "starting");

  takePush({ type: "status", ...starting, state: "live", generation: 1 } as ServerPush);
  takeOverview(overview("second"));

  assert.equal(status.value.state, "live");
  assert.equal(appName.value, "second");
  assert.deepEqual(handlers.value, []);
});

test("parts of a page fit each revision from their base on; behind a gap the page is read whole, and of one that is gone nothing is", () => {
  const read: string[] = [];
  readPagesBy((key) => read.push(key));
  const button = (text: string): { id: string; type: string; fields: { text: string } } => ({ id: "save", type: "button", fields: { text } });
  const parts = (base: number, revision: number, text: string): void =>
    takePush({ type: "parts", key: "main", order: 1, base, revision, parts: [button(text)], undo: null, redo: null });
  const text = (): unknown => pages.value.find((each) => each.key === "main")?.page.children?.[0]?.fields?.text;
  takePage({ key: "main", order: 1, revision: 3, page: { id: "main", type: "page", children: [button("three")] }, undo: null, redo: null });

  parts(1, 4, "four");
  parts(2, 3, "late");
  assert.equal(text(), "four");
  assert.deepEqual(read, []);

  parts(5, 6, "six");
  assert.equal(text(), "four");
  assert.deepEqual(read, ["main"]);

  dropPage("main");
  parts(6, 7, "seven");
  assert.equal(text(), undefined);
  assert.deepEqual(read, ["main"]);
});
