import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "@codemirror/state";
import { placed, withFindings } from "../../static/builder/editor_marks.ts";
import { check, findings, startFindings } from "../../static/builder/findings.ts";
import type { Finding } from "../../static/builder/protocol.ts";

function finding(line: number, character: number, severity: 1 | 2 = 2): Finding {
  return { range: { start: { line, character }, end: { line, character: character + 3 } }, severity, message: "no such name", source: severity === 1 ? "" : "ruff" };
}

test("what was found before stays at its text while the text moves and others are found", () => {
  const first = finding(1, 0);
  let state = EditorState.create({ doc: "one\ntwo\n", extensions: placed });
  state = state.update(withFindings(state, [first])).state;

  state = state.update({ changes: { from: 0, insert: "zero\n" } }).state;
  state = state.update(withFindings(state, [first, finding(0, 0)])).state;

  assert.deepEqual(
    state.field(placed).findings.map(({ from, to }) => state.sliceDoc(from, to)),
    ["two", "zer"],
  );
});

test("of a text that can't be parsed nothing else is said, nor afterwards what was said of the one before", async () => {
  let text = "good";
  let answered = (): void => undefined;
  const ask = async (_: string, params: object): Promise<unknown> => {
    setTimeout(() => answered());
    const broken = (params as { text: string }).text === "broken";
    return { items: (params as { identifier: string }).identifier === "ruff" ? [finding(0, 0)] : broken ? [finding(0, 1, 1)] : [] };
  };
  Object.assign(globalThis, { window: globalThis });
  startFindings(ask, () => text);
  const said = (): number[] => (findings.value.get("main.py") ?? []).map((each) => each.severity);
  const until = async (answers: number): Promise<void> => {
    for (let left = answers; left > 0; left--) await new Promise<void>((resolve) => (answered = resolve));
  };

  check("main.py");
  await until(2);
  assert.deepEqual(said(), [2]);
  text = "broken";
  check("main.py");
  await until(1);
  assert.deepEqual(said(), [1]);
  text = "good again";
  check("main.py");
  await until(1);
  assert.deepEqual(said(), []);
  await until(1);
  assert.deepEqual(said(), [2]);
});
