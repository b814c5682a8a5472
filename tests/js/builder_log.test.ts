import assert from "node:assert/strict";
import { test } from "node:test";
import { ansiPieces, ansiText } from "../../static/builder/ansi.ts";
import { LogStore, shown } from "../../static/builder/log_store.ts";
import type { LogRecord, TraceFrame } from "../../static/builder/protocol.ts";

Object.assign(globalThis, { requestAnimationFrame: (run: () => void) => run() });

function record(number: number, change: Partial<LogRecord> = {}): LogRecord {
  return {
    number, time: number, stream: "stdout", level: "info", text: `line ${number}`, logger: "", session_id: "", sequence: null, event: "", handler: "", component: "",
    error_id: "", error: null, ...change,
  };
}

function frame(file: string, owner: string): TraceFrame {
  return { file, line: 3, end_line: 3, column: 4, end_column: 9, function: "f", source: "    boom()", owner };
}

test("records that were seen before a lost connection are not shown twice", () => {
  const log = new LogStore();
  log.take([record(1), record(2)], 0);
  log.take([record(2), record(3)], 0);

  assert.deepEqual(log.records.map((each) => each.number), [1, 2, 3]);
});

test("lines that were skipped leave a mark where they are missing", () => {
  const log = new LogStore();
  log.take([record(1)], 0);
  log.take([record(9)], 7);

  assert.deepEqual(log.rows.map((row) => row.kind), ["record", "skipped", "record"]);
});

test("an error opens with the app's frames; others are folded, and those around the handler left out", () => {
  const log = new LogStore();
  const frames = [frame("/runtime/execution.py", "ours"), frame("main.py", "app"), frame("/lib/a.py", "installed"), frame("/lib/b.py", "installed")];
  log.take([record(1, { level: "error", stream: "error", error: { type: "ValueError", message: "no", frames } })], 0);

  assert.deepEqual(log.rows.map((row) => (row.kind === "frame" ? row.frame.file : row.kind)), ["record", "main.py", "folded"]);

  const folded = log.rows[2];
  assert.equal(folded?.kind, "folded");
  if (folded?.kind === "folded") log.unfold(folded.key);

  assert.deepEqual(log.rows.map((row) => (row.kind === "frame" ? row.frame.file : row.kind)), ["record", "main.py", "/lib/a.py", "/lib/b.py"]);
});

test("a closed record shows its first line only", () => {
  const log = new LogStore();
  log.take([record(1, { text: "one\ntwo\nthree" })], 0);
  assert.equal(log.rows.length, 1);

  log.toggle(log.records[0]!);

  assert.deepEqual(log.rows.slice(1).map((row) => row.kind === "text" && row.text), ["two", "three"]);
});

test("filters go by level and by text, handler or component", () => {
  const warning = record(1, { level: "warning", text: "Disk is nearly full", handler: "save", component: "save_button" });

  assert.ok(shown(warning, "all", ""));
  assert.ok(shown(warning, "info", "disk"));
  assert.ok(shown(warning, "warning", "SAVE_B"));
  assert.ok(!shown(warning, "error", ""));
  assert.ok(!shown(warning, "all", "absent"));
});

test("colours of terminals become classes, other sequences disappear", () => {
  assert.deepEqual(ansiPieces("a\x1b[31mred\x1b[0m \x1b[1;92mok\x1b[K"), [
    { text: "a", class: "" },
    { text: "red", class: "ansi-red" },
    { text: " ", class: "" },
    { text: "ok", class: "ansi-green ansi-bold" },
  ]);
  assert.equal(ansiText("\x1b]0;title\x07plain\x1b[2J"), "plain");
});
