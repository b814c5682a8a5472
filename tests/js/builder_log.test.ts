import assert from "node:assert/strict";
import { test } from "node:test";
import { ansiPieces, ansiText, marked } from "../../static/builder/ansi.ts";
import { hits, NO_FILTER, passes } from "../../static/builder/log_filter.ts";
import { LogStore } from "../../static/builder/log_store.ts";
import type { LogRecord, TraceFrame } from "../../static/builder/protocol.ts";

Object.assign(globalThis, { requestAnimationFrame: (run: () => void) => run() });

function record(number: number, change: Partial<LogRecord> = {}): LogRecord {
  return {
    number, time: number, stream: "stdout", level: "info", text: `line ${number}`, logger: "", session_id: "", sequence: null, event: "", handler: "", component: "",
    error_id: "", error: null, over: 0, skipped: 0, cut: 0, ...change,
  };
}

function frame(file: string, owner: string): TraceFrame {
  return { file, line: 3, end_line: 3, column: 4, end_column: 9, function: "f", source: "    boom()", owner };
}

test("records that were seen before a lost connection are not shown twice", () => {
  const log = new LogStore();
  log.take([record(1), record(2)], 0);
  log.take([record(2), record(3)], 0);

  assert.deepEqual(log.lines.map((each) => each.record.number), [1, 2, 3]);
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
  log.take([record(1, { level: "error", stream: "error", text: "ValueError: no", error: { type: "ValueError", message: "no", frames } })], 0);

  assert.deepEqual(log.rows.map((row) => (row.kind === "frame" ? row.frame.file : row.kind)), ["record", "main.py", "folded", "facts"]);

  const folded = log.rows[2];
  assert.equal(folded?.kind, "folded");
  if (folded?.kind === "folded") log.unfold(folded.key);

  assert.deepEqual(log.rows.map((row) => (row.kind === "frame" ? row.frame.file : row.kind)), ["record", "main.py", "/lib/a.py", "/lib/b.py", "facts"]);
});

test("an error that was logged with words of its own says both", () => {
  const log = new LogStore();
  log.take([record(1, { level: "error", stream: "logging", text: "It did not work", error: { type: "ValueError", message: "no", frames: [] } })], 0);

  assert.deepEqual(log.rows.map((row) => (row.kind === "record" ? row.title : row.kind === "member" ? row.text : row.kind)), ["It did not work", "ValueError: no", "facts"]);
});

test("a closed record shows its first line only", () => {
  const log = new LogStore();
  log.take([record(1, { text: "one\ntwo\nthree" })], 0);
  assert.equal(log.rows.length, 1);

  log.toggle(log.lines[0]!);

  assert.deepEqual(log.rows.slice(1).map((row) => (row.kind === "text" ? row.text : row.kind)), ["two", "three", "facts"]);
});

test("each field of the filter lets its own records through, and the text looks into errors too", () => {
  const saving = record(1, { level: "warning", stream: "logging", text: "Disk is nearly full", handler: "save", component: "save_button", session_id: "abcdef", event: "wf-click", sequence: 7 });
  const other = record(2);
  const good = { level: "warning", stream: "logging", handler: "save", component: "save_button", session: "abcdef", event: "wf-click", call: "abc/7" };
  for (const [field, value] of Object.entries(good)) {
    assert.ok(passes(saving, { ...NO_FILTER, [field]: value }), field);
    assert.ok(!passes(other, { ...NO_FILTER, [field]: value }), field);
  }
  const log = new LogStore();
  log.take([saving, other, record(3, { text: "failed", error: { type: "KeyError", message: "price", frames: [] } })], 0);
  for (const [text, numbers] of [["SAVE_B", [1]], ["keyerror: PRICE", [3]], ["absent", []]] as const) {
    log.show({ ...NO_FILTER, text });
    assert.deepEqual(log.shownLines().map((line) => line.record.number), numbers);
  }
});

test("what goes on with a line or is drawn over it changes that line, and only lines of the same stream and event", () => {
  const log = new LogStore();
  const bar = { stream: "stderr", sequence: 1, session_id: "s" };
  log.take([record(1, { ...bar, text: " 10%" }), record(2), record(3, { ...bar, text: "\r 50%", over: 1 }), record(4, { ...bar, text: " eta 3s", over: 1 })], 0);
  assert.deepEqual(log.lines.map((line) => line.text), [" 50% eta 3s", "line 2"]);

  log.take([record(5, { ...bar, text: "inner 0" }), record(6, { ...bar, text: "\router 1", over: 2 }), record(7, { ...bar, text: "\rinner 1", over: 1 })], 0);
  assert.deepEqual(log.lines.map((line) => line.text), ["outer 1", "line 2", "inner 1"]);
  assert.deepEqual(log.rows.map((row) => row.kind === "record" && row.title), ["outer 1", "line 2", "inner 1"]);
});

test("repeats in a row are one row with their number, which opens them", () => {
  const log = new LogStore();
  log.take([1, 2, 3].map((number) => record(number, { text: "again" })), 0);
  log.take([record(4, { text: "again", handler: "other" }), record(5, { text: "again", handler: "other" }), record(6)], 0);
  assert.deepEqual(log.rows.map((row) => row.kind === "record" && row.count), [3, 2, 1]);
  assert.match(log.text(), /again {2}\(3 times\)/);

  const [head] = log.rows;
  if (head?.kind === "record") log.spread(head);

  assert.deepEqual(log.rows.map((row) => row.kind === "record" && row.count), [1, 1, 1, 2, 1]);
});

test("lines that the app left out are a row with their number", () => {
  const log = new LogStore();
  log.take([record(1), record(2, { stream: "system", skipped: 400 })], 0);

  assert.deepEqual(log.rows[1], { kind: "skipped", count: 400, why: "app" });
});

test("a long line is said in parts below its head, with the way to what was cut", () => {
  const log = new LogStore();
  log.fit(100);
  log.take([record(1, { text: "x".repeat(250), cut: 9 })], 0);
  log.toggle(log.lines[0]!);

  assert.deepEqual(log.rows.map((row) => (row.kind === "text" ? row.text.length : row.kind)), ["record", 100, 100, 50, "whole", "facts"]);
});

test("an error says its own words, causes and the members of a group with their depth, and notes", () => {
  const log = new LogStore();
  const inner = { type: "KeyError", message: "'x'", frames: [frame("main.py", "app")], notes: ["while saving"] };
  const error = { type: "ExceptionGroup", message: "two", frames: [], members: [inner, { ...inner, cause: inner, during: true }] };
  log.take([record(1, { stream: "logging", level: "error", text: "could not save", error })], 0);

  assert.deepEqual(
    log.rows.map((row) => ("text" in row ? `${row.kind} ${"depth" in row ? row.depth : ""} ${row.text}` : row.kind)),
    ["record", "member 0 ExceptionGroup: two", "member 1 1 of 2  KeyError: 'x'", "note 1 while saving", "frame", "member 1 2 of 2  KeyError: 'x'", "note 1 while saving", "frame", "cause 1 while handling KeyError: 'x'", "note 1 while saving", "frame", "facts"],
  );
  assert.match(log.text(), /could not save\n.*KeyError/s);
  assert.equal(JSON.parse(log.jsonLines()).error.members.length, 2);
});

test("colours of terminals become classes, those of their own a style, and other sequences disappear", () => {
  const seen = (text: string): string[] => ansiPieces(text).map((piece) => [piece.text, piece.class, piece.style, piece.href].filter(Boolean).join("|"));

  assert.deepEqual(seen("a\x1b[31mred\x1b[0m \x1b[1;92mok\x1b[K"), ["a", "red|ansi-red", " ", "ok|ansi-bright-green ansi-bold"]);
  assert.deepEqual(seen("\x1b[38;5;208ma\x1b[38;2;1;2;3mb\x1b[48;5;4;3;4;9mc"), [
    "a|ansi-own|--ansi:rgb(255 135 0)", "b|ansi-own|--ansi:rgb(1 2 3)", "c|ansi-any ansi-back-blue ansi-italic ansi-underline ansi-strike|--ansi:rgb(1 2 3)",
  ]);
  assert.deepEqual(seen("\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\ \x1b]8;;javascript:1\x07no"), ["here|https://example.org", " ", "no"]);
  assert.equal(ansiText("\x1b]0;title\x07plain\x1b[2J\x1b[?25l"), "plain");
  assert.equal(ansiText("nul\x00 bell\x07 tab\t\u202e"), "nul\u2400 bell\u2407 tab\t\ufffd");
});

test("a colour stays on in the lines that follow, until it is switched off", () => {
  const log = new LogStore();
  log.take([record(1, { text: "\x1b[32mone" }), record(2, { text: "two\x1b[0m" }), record(3)], 0);

  assert.deepEqual(log.lines.map((line) => line.pen.fore), ["", "green", ""]);
});

test("what was searched for is marked through colours", () => {
  const pieces = ansiPieces("ab\x1b[31mcd");

  assert.deepEqual(marked(pieces, hits("abcd", "bc")).map((piece) => [piece.text, piece.class]), [["a", ""], ["b", "log-hit"], ["c", "ansi-red log-hit"], ["d", "ansi-red"]]);
});

test("code that the app had executed from a text stands with the app's frames, and frames left out are counted in their place", () => {
  const log = new LogStore();
  const frames = [frame("main.py", "app"), frame("<string>", "installed"), frame("/lib/a.py", "installed"), frame("<string>", "installed")];
  log.take([record(1, { level: "error", stream: "error", text: "E: no", error: { type: "E", message: "no", frames, more_frames: 900 } })], 0);

  const shown = log.rows.map((row) => (row.kind === "frame" ? row.frame.file : row.kind === "note" ? row.text : row.kind));
  assert.deepEqual(shown, ["record", "main.py", "<string>", "… 900 frames more …", "folded", "facts"]);
});

test("members of a group that are left out are counted", () => {
  const log = new LogStore();
  const member = { type: "KeyError", message: "'x'", frames: [] };
  log.take([record(1, { level: "error", stream: "error", text: "G: many", error: { type: "G", message: "many", frames: [], members: [member], more_members: 29 } })], 0);

  assert.deepEqual(log.rows.map((row) => (row.kind === "member" ? row.text : row.kind)), ["record", "1 of 30  KeyError: 'x'", "facts"]);
});

test("how many lines are shown counts repeats too, and what a search needs can be made ready before it", () => {
  const log = new LogStore();
  log.take([1, 2, 3].map((number) => record(number, { text: "again" })), 0);
  log.take([record(4)], 0);
  log.prepareSearch();
  assert.deepEqual([log.shown, log.lines.every((line) => line.small !== null)], [4, true]);

  log.show({ ...NO_FILTER, text: "again" });
  assert.equal(log.shown, 3);
});

test("facts stand in two rows where one has no room for them", () => {
  const log = new LogStore();
  log.fit(60);
  log.take([record(1, { text: "short", sequence: 3 })], 0);
  log.toggle(log.lines[0]!);

  assert.deepEqual(log.rows.map((row) => (row.kind === "facts" ? row.part : row.kind)), ["record", "ways", "whence"]);
});
