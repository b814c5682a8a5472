/** The code editor: CodeMirror with the Builder's colours, completion, marks and one state a file. A lazy chunk. */
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyField, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { diff } from "diff:only";
import { gotoLine, highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, type Extension, type TransactionSpec } from "@codemirror/state";
import { drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, rectangularSelection } from "@codemirror/view";
import type { Mark } from "./code.ts";
import { type AskAt, Completer, detailColumn, enterBehindNames } from "./completion.ts";
import { colours } from "./editor_colours.ts";
import { findKeys, findPanel } from "./editor_find.tsx";
import { type FollowOptions, followExtension, followHere, type Target } from "./editor_follow.ts";
import { handlerAt, type Linked, linkGutter, withLinked } from "./editor_gutter.ts";
import { applyFix, fixHere, messages, placed, underlines, withFindings, withMarks } from "./editor_marks.ts";
import { isInstalled, titleOf } from "./installed.ts";
import { isPage, pageNames, pagePaths } from "./page_names.ts";
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
  /** Ctrl-click, or Ctrl+F12. */
  follow(path: string, text: string, target: Target): void;
  /** Whether a string of the code names something of the app. */
  known(text: string): boolean;
  /** Alt+←: whether there was somewhere to go back to. */
  back(): boolean;
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
  followHere(): void;
  /** The linked handler whose function the cursor is in. */
  handlerHere(): string | null;
  selectedText(): string;
  /** Keys that come before all others, in every file. */
  setKeys(keys: Extension): void;
  destroy(): void;
}

/** The cursor's line and character, from 0. */
function placeIn(state: EditorState): [number, number] {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  return [line.number - 1, head - line.from];
}

export function createEditor(options: EditorOptions): Editor {
  const states = new Map<string, EditorState>();
  const keys = new Compartment();
  let chosenKeys: Extension = [];
  let path = "";

  const askAt: AskAt = (method, text, line, character, more) => options.ask(method, { textDocument: { uri: path }, text, position: { line, character }, ...more });
  const completer = new Completer(askAt);

  const renameHere = (): void => options.rename(path, ...placeIn(view.state));
  const referencesHere = (): void => options.references(path, view.state.doc.toString(), ...placeIn(view.state));

  const followOptions: FollowOptions = { follow: (target, text) => options.follow(path, text, target), known: options.known };

  // The only sheets that this page may make, see builder/web/security_headers.py.
  const styles = EditorView.cspNonce.of(document.getElementById("bootstrap")?.nonce ?? "");
  const nothing = () => EditorState.create({ doc: "", extensions: styles });
  const extensions = (of: string): Extension => [
    styles,
    keys.of(chosenKeys),
    lineNumbers(),
    placed,
    messages,
    linkGutter(options.linkClicked),
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
    // As in other editors: Alt adds a cursor, with Shift it draws a block of them; Ctrl leads elsewhere.
    EditorView.clickAddsSelectionRange.of((event) => event.altKey),
    rectangularSelection({ eventFilter: (event) => event.altKey && event.shiftKey && event.button === 0 }),
    followExtension(followOptions),
    EditorState.readOnly.of(isInstalled(of)),
    highlightActiveLine(),
    highlightSelectionMatches(),
    findPanel(),
    keymap.of([
      { key: "Mod-s", run: () => (options.save(), true), preventDefault: true },
      { key: "Mod-.", run: fixHere },
      { key: "F2", run: () => (renameHere(), true) },
      { key: "Shift-F12", run: () => (referencesHere(), true) },
      { key: "Ctrl-F12", run: (shown) => followHere(shown, followOptions) },
      { key: "Alt-ArrowLeft", run: () => options.back() },
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      { key: "Mod-g", run: gotoLine },
      ...findKeys,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    /\.pyi?$/.test(of)
      ? [
          pythonLanguage,
          enterBehindNames,
          autocompletion({ override: [completer.source], icons: false, maxRenderedOptions: 40, addToOptions: [detailColumn], activateOnTypingDelay: 0, interactionDelay: 30 }),
          completer.prefetch,
          signatureHelp(askAt),
        ]
      : isPage(of)
        ? autocompletion({ override: [pagePaths, pageNames], icons: false, addToOptions: [detailColumn], activateOnTypingDelay: 0, interactionDelay: 30 })
        : [],
    EditorView.contentAttributes.of({ "aria-label": titleOf(of), tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
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
      if (state) apply(of, withLinked(state, linked));
    },
    renameHere,
    referencesHere,
    followHere: () => void followHere(view, followOptions),
    setKeys(chosen) {
      chosenKeys = chosen;
      for (const of of states.keys()) apply(of, { effects: keys.reconfigure(chosen) });
    },
    selectedText: () => view.state.sliceDoc(view.state.selection.main.from, view.state.selection.main.to),
    handlerHere: () => handlerAt(view.state),
    destroy: () => view.destroy(),
  };
}
