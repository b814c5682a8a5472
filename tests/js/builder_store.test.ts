import assert from "node:assert/strict";
import { test } from "node:test";
import type { Overview, ServerPush } from "../../static/builder/protocol.ts";
import { appName, handlers, status, takeOverview, takePush } from "../../static/builder/store.ts";

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
