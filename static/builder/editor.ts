/** The code editor: CodeMirror with the Builder's colours, completion, marks and one state a file. A lazy chunk. */
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyField, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { diff } from "diff:only";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState, RangeSet, StateEffect, StateField, type Extension, type TransactionSpec } from "@codemirror/state";
import { crosshairCursor, drawSelection, dropCursor, EditorView, gutter, GutterMarker, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, rectangularSelection } from "@codemirror/view";
import type { Mark } from "./code.ts";
import { type AskAt, Completer, detailColumn } from "./completion.ts";
import { colours } from "./editor_colours.ts";
import { applyFix, fixHere, messages, placed, underlines, withFindings, withMarks } from "./editor_marks.ts";
import type { Finding } from "./protocol.ts";
import { signatureHelp } from "./signature_help.ts";

export interface EditorOptions {
  host: HTMLElement;
  typed(path: string): void;
  save(): void;
  /** The cursor stands somewhere else; both from 1. */
  moved(line: number, column: number): void;
  /** A question in the shapes of the Language Server Protocol. */
  ask(method: string, params: object): Promise<unknown>;
  /** The line of a mark was edited. */
  edited(mark: Mark): void;
  linkClicked(handler: string): void;
  /** F2 at a name: line and character from 0. */
  rename(path: string, line: number, character: number): void;
  /** Shift+F12 at a name. */
  references(path: string, text: string, line: number, character: number): void;
}

export interface Linked {
  /** From 1. */
  line: number;
  handler: string;
  label: string;
}

export interface Editor {
  add(path: string, text: string): void;
  remove(path: string): void;
  /** The file has another path: text, cursor and undo stay. */
  rename(path: string, to: string): void;
  show(path: string): void;
  textOf(path: string): string | undefined;
  /** Only what differs is changed, so cursor, undo and marks keep their places; undo takes it back in one step. */
  replace(path: string, text: string): void;
  /** Put the cursor at a place; `toEnd` selects the rest of its line, for typing over it. */
  goTo(line: number, character: number, toEnd?: boolean): void;
  focus(): void;
  setMarks(path: string, marks: readonly Mark[]): void;
  setFindings(path: string, found: readonly Finding[]): void;
  /** Do what a finding of the shown file offers; whether the text still allows it. */
  fix(finding: Finding): boolean;
  setLinked(path: string, linked: readonly Linked[]): void;
  /** Ask for a new name of what stands at the cursor; for where it is used. */
  renameHere(): void;
  referencesHere(): void;
  destroy(): void;
}

class LinkMarker extends GutterMarker {
  constructor(
    readonly handler: string,
    readonly label: string,
  ) {
    super();
  }

  override eq(other: LinkMarker): boolean {
    return other.handler === this.handler && other.label === this.label;
  }

  override toDOM(): Node {
    const element = document.createElement("span");
    element.className = "cm-linked";
    element.dataset["tip"] = this.label;
    element.dataset["handler"] = this.handler;
    element.setAttribute("aria-label", this.label);
    element.setAttribute("role", "img");
    element.textContent = "⚡\uFE0E";
    return element;
  }
}

const setLinkMarks = StateEffect.define<RangeSet<LinkMarker>>();
const linkMarks = StateField.define<RangeSet<LinkMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    for (const effect of transaction.effects) if (effect.is(setLinkMarks)) return effect.value;
    return marks.map(transaction.changes);
  },
});

/** The cursor's line and character, from 0. */
function placeIn(state: EditorState): [number, number] {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  return [line.number - 1, head - line.from];
}

export function createEditor(options: EditorOptions): Editor {
  const states = new Map<string, EditorState>();
  let path = "";

  const askAt: AskAt = (method, text, line, character, more) => options.ask(method, { textDocument: { uri: path }, text, position: { line, character }, ...more });
  const completer = new Completer(askAt);

  const renameHere = (): void => options.rename(path, ...placeIn(view.state));
  const referencesHere = (): void => options.references(path, view.state.doc.toString(), ...placeIn(view.state));

  // The only sheets that this page may make, see builder/web/security_headers.py.
  const styles = EditorView.cspNonce.of(document.getElementById("bootstrap")?.nonce ?? "");
  const nothing = () => EditorState.create({ doc: "", extensions: styles });
  const extensions = (of: string): Extension => [
    styles,
    lineNumbers(),
    linkMarks,
    placed,
    messages,
    gutter({
      class: "cm-link-gutter",
      markers: (shown) => shown.state.field(linkMarks),
      domEventHandlers: {
        click: (_, __, event) => {
          const handler = (event.target as HTMLElement).dataset?.["handler"];
          if (handler) options.linkClicked(handler);
          return handler !== undefined;
        },
      },
    }),
    lintGutter(),
    codeFolding(),
    foldGutter({ openText: "▾", closedText: "▸" }),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    indentOnInput(),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    syntaxHighlighting(colours),
    bracketMatching(),
    closeBrackets(),
    
    rectangularSelection(),
    crosshairCursor(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    keymap.of([
      { key: "Mod-s", run: () => (options.save(), true), preventDefault: true },
      { key: "Mod-.", run: fixHere },
      { key: "F2", run: () => (renameHere(), true) },
      { key: "Shift-F12", run: () => (referencesHere(), true) },
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    of.endsWith(".py")
      ? [
          pythonLanguage,
          autocompletion({ override: [completer.source], icons: false, maxRenderedOptions: 40, addToOptions: [detailColumn], activateOnTypingDelay: 0, interactionDelay: 30 }),
          completer.prefetch,
          signatureHelp(askAt),
        ]
      : [],
    EditorView.contentAttributes.of({ "aria-label": of, spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
    EditorView.updateListener.of((update) => {
      if (update.selectionSet || update.docChanged) tellPlace(update.state);
      if (!update.docChanged) return;
      options.typed(path);
      for (const { mark, from } of update.startState.field(placed).marks) {
        const line = update.startState.doc.lineAt(from);
        if (update.changes.touchesRange(line.from, line.to)) options.edited(mark);
      }
    }),
  ];

  const tellPlace = (state: EditorState): void => {
    const { head } = state.selection.main;
    const line = state.doc.lineAt(head);
    options.moved(line.number, head - line.from + 1);
  };

  const view = new EditorView({ parent: options.host, state: nothing() });

  const stateOf = (of: string): EditorState | undefined => (of === path ? view.state : states.get(of));
  const apply = (of: string, spec: TransactionSpec): void => {
    if (of === path) view.dispatch(spec);
    else {
      const state = states.get(of);
      if (state) states.set(of, state.update(spec).state);
    }
  };

  const underline = (of: string, spec: (state: EditorState) => TransactionSpec): void => {
    const state = stateOf(of);
    if (!state) return;
    apply(of, spec(state));
    apply(of, underlines(stateOf(of)!));
  };

  return {
    add(of, text) {
      if (!stateOf(of)) states.set(of, EditorState.create({ doc: text, extensions: extensions(of) }));
    },
    remove(of) {
      states.delete(of);
      if (of !== path) return;
      path = "";
      view.setState(nothing());
    },
    rename(of, to) {
      const state = stateOf(of);
      if (!state) return;
      const fields = { history: historyField };
      const next = EditorState.fromJSON(state.toJSON(fields), { extensions: extensions(to) }, fields);
      states.delete(of);
      states.set(to, next);
      if (of !== path) return;
      path = to;
      view.setState(next);
    },
    show(of) {
      const state = states.get(of);
      if (of === path || !state) return;
      if (path) states.set(path, view.state);
      path = of;
      view.setState(state);
      tellPlace(state);
      view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main, { y: "center" }) });
    },
    textOf: (of) => stateOf(of)?.doc.toString(),
    replace(of, text) {
      const state = stateOf(of);
      if (!state) return;
      const before = state.doc.toString();
      if (before === text) return;
      const changes = diff(before, text, { scanLimit: 500, timeout: 100 }).map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: text.slice(fromB, toB) }));
      apply(of, { changes, annotations: isolateHistory.of("full") });
    },
    goTo(line, character, toEnd = false) {
      const at = view.state.doc.line(Math.min(view.state.doc.lines, Math.max(1, line + 1)));
      const position = Math.min(at.to, at.from + character);
      view.dispatch({ selection: EditorSelection.single(position, toEnd ? at.to : position), effects: EditorView.scrollIntoView(position, { y: "center" }) });
    },
    focus: () => view.focus(),
    setMarks: (of, marks) => underline(of, (state) => withMarks(state, marks)),
    setFindings: (of, found) => underline(of, (state) => withFindings(state, found)),
    fix: (finding) => applyFix(view, finding),
    setLinked(of, linked) {
      const state = stateOf(of);
      if (!state) return;
      const ranges = linked
        .filter((each) => each.line >= 1 && each.line <= state.doc.lines)
        .map((each) => new LinkMarker(each.handler, each.label).range(state.doc.line(each.line).from));
      apply(of, { effects: setLinkMarks.of(RangeSet.of(ranges, true)) });
    },
    renameHere,
    referencesHere,
    destroy: () => view.destroy(),
  };
}
