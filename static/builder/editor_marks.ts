/** What is underlined in an editor: errors of the app and findings, each at a place that moves with the text. */
import { setDiagnostics, type Action, type Diagnostic } from "@codemirror/lint";
import { type ChangeDesc, type EditorState, type Line, StateEffect, StateField, type TransactionSpec } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { utf16Column } from "./changes.ts";
import type { Mark } from "./code.ts";
import type { Finding, Position } from "./protocol.ts";

interface Edit {
  from: number;
  to: number;
  insert: string;
}

interface PlacedMark {
  mark: Mark;
  from: number;
  to: number;
}

interface PlacedFinding {
  finding: Finding;
  from: number;
  to: number;
  /** Empty: there is no fix, or what it would change has been edited. */
  edits: readonly Edit[];
}

interface Placed {
  marks: readonly PlacedMark[];
  findings: readonly PlacedFinding[];
}

const setPlaced = StateEffect.define<Partial<Placed>>();

export const placed = StateField.define<Placed>({
  create: () => ({ marks: [], findings: [] }),
  update(value, transaction) {
    let now = value;
    if (transaction.docChanged) now = { marks: now.marks.map((each) => moved(each, transaction.changes)), findings: now.findings.map((each) => movedFinding(each, transaction.changes)) };
    for (const effect of transaction.effects) if (effect.is(setPlaced)) now = { ...now, ...effect.value };
    return now;
  },
});

function moved<T extends { from: number; to: number }>(each: T, changes: ChangeDesc): T {
  const from = changes.mapPos(each.from, 1);
  return { ...each, from, to: Math.max(from, changes.mapPos(each.to, -1)) };
}

function movedFinding(each: PlacedFinding, changes: ChangeDesc): PlacedFinding {
  const touched = each.edits.some((edit) => changes.touchesRange(edit.from, edit.to));
  return { ...moved(each, changes), edits: touched ? [] : each.edits.map((edit) => ({ ...edit, from: changes.mapPos(edit.from, 1), to: changes.mapPos(edit.to, -1) })) };
}

/** What went wrong, at the end of the line where it did. */
class Message extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq(other: Message): boolean {
    return other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "cm-mark-message";
    element.textContent = this.text;
    return element;
  }
}

const setMessages = StateEffect.define<DecorationSet>();
export const messages = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMessages)) return effect.value;
    return shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The marks of a file; those that are there already stay where the text has carried them. */
export function withMarks(state: EditorState, marks: readonly Mark[]): TransactionSpec {
  const before = state.field(placed).marks;
  const now = marks.map((mark) => before.find((each) => each.mark === mark) ?? { mark, ...placeOf(state, mark) });
  const widgets = now.map(({ mark, from }) => Decoration.widget({ widget: new Message(mark.message.split("\n")[0]!), side: 1 }).range(state.doc.lineAt(from).to));
  return { effects: [setPlaced.of({ marks: now }), setMessages.of(Decoration.set(widgets, true))] };
}

/** What was found: just now, in exactly this text, or before; that stays where the text has carried it. */
export function withFindings(state: EditorState, found: readonly Finding[]): TransactionSpec {
  const before = new Map(state.field(placed).findings.map((each) => [each.finding, each]));
  const findings = found.map((finding) => before.get(finding) ?? placedNow(state, finding));
  return { effects: setPlaced.of({ findings }) };
}

function placedNow(state: EditorState, finding: Finding): PlacedFinding {
  return {
    finding,
    ...shown(state, offset(state, finding.range.start), offset(state, finding.range.end)),
    edits: (finding.data?.edits ?? []).map((edit) => ({ from: offset(state, edit.range.start), to: offset(state, edit.range.end), insert: edit.newText })),
  };
}

/** Underlines, marks in the margin and tooltips for all that is placed. */
export function underlines(state: EditorState): TransactionSpec {
  const { marks, findings } = state.field(placed);
  const lines = new Set(marks.filter(({ mark }) => mark.kind === "load").map(({ from }) => state.doc.lineAt(from).number));
  const all: Diagnostic[] = marks.map(({ mark, from, to }) => ({ from, to, severity: "error", message: mark.message }));
  for (const each of findings) {
    // The app said so already, when it was saved.
    if (!each.finding.source && lines.has(state.doc.lineAt(each.from).number)) continue;
    all.push(diagnostic(each));
  }
  return setDiagnostics(state, all);
}

function diagnostic({ finding, from, to }: PlacedFinding): Diagnostic {
  const actions: Action[] = finding.data ? [{ name: finding.data.title, apply: (view) => void applyFix(view, finding) }] : [];
  return { from, to, severity: finding.severity === 1 ? "error" : "warning", message: finding.message, actions, renderMessage: () => explained(finding) };
}

function explained(finding: Finding): Node {
  const element = document.createElement("span");
  element.textContent = finding.message;
  if (finding.code) {
    const code = document.createElement("span");
    code.className = "cm-rule";
    code.textContent = finding.code;
    element.append(" ", code);
  }
  return element;
}

/** Do what a finding's fix says; whether that could be done in the text as it is now. */
export function applyFix(view: EditorView, finding: Finding): boolean {
  const each = view.state.field(placed, false)?.findings.find((found) => found.finding === finding);
  if (!each?.edits.length) return false;
  view.dispatch({ changes: each.edits, userEvent: "input.fix" });
  return true;
}

/** The fix that is nearest to the cursor, in its line. */
export function fixHere(view: EditorView): boolean {
  const head = view.state.selection.main.head;
  const line = view.state.doc.lineAt(head);
  const near = (view.state.field(placed, false)?.findings ?? [])
    .filter((each) => each.edits.length && each.from <= line.to && each.to >= line.from)
    .sort((a, b) => distance(a, head) - distance(b, head));
  return near[0] ? applyFix(view, near[0].finding) : false;
}

function distance({ from, to }: { from: number; to: number }, at: number): number {
  return at < from ? from - at : Math.max(0, at - to);
}

function offset(state: EditorState, { line, character }: Position): number {
  if (line >= state.doc.lines) return state.doc.length;
  const at = state.doc.line(line + 1);
  return Math.min(at.to, at.from + character);
}

function placeOf(state: EditorState, mark: Mark): { from: number; to: number } {
  const line = state.doc.line(Math.min(Math.max(1, mark.line), state.doc.lines));
  const from = line.from + (mark.column === null ? indentOf(line) : Math.min(line.length, utf16Column(line.text, mark.column)));
  let to = line.to;
  if (mark.endColumn !== null && mark.endLine !== null && mark.endLine <= state.doc.lines && mark.endLine >= mark.line) {
    const last = state.doc.line(mark.endLine);
    to = last.from + Math.min(last.length, utf16Column(last.text, mark.endColumn));
  }
  return shown(state, from, to);
}

/** A place at the end of a line has no width: underline the line instead, so that it can be seen. */
function shown(state: EditorState, from: number, to: number): { from: number; to: number } {
  if (to > from) return { from, to };
  const line = state.doc.lineAt(from);
  if (from < line.to) return { from, to: from + 1 };
  return { from: line.from + Math.min(indentOf(line), Math.max(0, line.length - 1)), to: line.to };
}

function indentOf(line: Line): number {
  return line.text.length - line.text.trimStart().length;
}
