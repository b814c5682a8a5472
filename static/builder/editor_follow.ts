/** Ctrl-click: a name leads to its definition, what a component, page or handler is called to that. */
import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { inText } from "./completion.ts";

/** What stands at a place of the code. */
export interface Target {
  /** From 0. */
  line: number;
  character: number;
  word: string;
  /** Whether it is the contents of a string. */
  quoted: boolean;
  /** The text of its line up to the word. */
  before: string;
}

interface Placed extends Target {
  from: number;
  to: number;
}

export interface FollowOptions {
  follow(target: Target, text: string): void;
  /** Whether a string names something of the app. */
  known(text: string): boolean;
}

const QUOTED = /^[A-Za-z]{0,2}(["'])([^"'\\\n]*)\1$/;

function targetAt(state: EditorState, at: number): Placed | null {
  const line = state.doc.lineAt(at);
  const place = (from: number, to: number, quoted: boolean): Placed => ({
    line: line.number - 1, character: from - line.from, word: state.sliceDoc(from, to), quoted, before: state.sliceDoc(line.from, from), from, to,
  });
  const node = [-1, 1].map((side) => syntaxTree(state).resolveInner(at, side as -1 | 1)).find((each) => each.name === "String");
  if (node) {
    const text = QUOTED.exec(state.sliceDoc(node.from, node.to))?.[2];
    return text ? place(node.to - 1 - text.length, node.to - 1, true) : null;
  }
  const word = state.wordAt(at);
  return word && !inText(state, at) ? place(word.from, word.to, false) : null;
}

const setShown = StateEffect.define<DecorationSet>();
const shown = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setShown)) return effect.value;
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function followExtension(options: FollowOptions): Extension {
  const leads = (target: Placed | null): target is Placed => target !== null && (!target.quoted || options.known(target.word));
  const show = (view: EditorView, target: Placed | null): void => {
    const before = view.state.field(shown);
    if (!target && before === Decoration.none) return;
    view.dispatch({ effects: setShown.of(target ? Decoration.set(Decoration.mark({ class: "cm-follow" }).range(target.from, target.to)) : Decoration.none) });
  };
  const under = (view: EditorView, event: MouseEvent): Placed | null => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return null;
    const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
    const target = at === null ? null : targetAt(view.state, at);
    return leads(target) ? target : null;
  };
  return [
    shown,
    EditorView.domEventHandlers({
      mousemove: (event, view) => show(view, under(view, event)),
      mouseleave: (_, view) => show(view, null),
      keyup: (_, view) => show(view, null),
      mousedown(event, view) {
        const target = event.button === 0 ? under(view, event) : null;
        if (!target) return false;
        event.preventDefault();
        show(view, null);
        options.follow(target, view.state.doc.toString());
        return true;
      },
    }),
  ];
}

/** The same for what is at the cursor. */
export function followHere(view: EditorView, options: FollowOptions): boolean {
  const target = targetAt(view.state, view.state.selection.main.head);
  if (!target || (target.quoted && !options.known(target.word))) return false;
  options.follow(target, view.state.doc.toString());
  return true;
}
