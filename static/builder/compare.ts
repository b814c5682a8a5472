/** Two texts side by side, with what differs marked. A lazy chunk, as the editor is. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { syntaxHighlighting } from "@codemirror/language";
import { MergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { colours } from "./editor_colours.ts";

export interface Comparison {
  /** Another text on the left; what was made of the right stays. */
  setLeft(text: string): void;
  right(): string;
  /** How many places differ. */
  differences(): number;
  destroy(): void;
}

interface Sides {
  host: HTMLElement;
  path: string;
  left: { name: string; text: string };
  right: { name: string; text: string };
  /** The right can be edited, and what differs be taken over from the left. */
  merge: boolean;
  changed(): void;
}

export function compare({ host, path, left, right, merge, changed }: Sides): Comparison {
  const side = (name: string, editable: boolean): Extension => [
    lineNumbers(),
    syntaxHighlighting(colours),
    path.endsWith(".py") ? pythonLanguage : [],
    EditorState.tabSize.of(4),
    EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0", spellcheck: "false" }),
    EditorView.updateListener.of((update) => update.docChanged && changed()),
    editable ? [history(), keymap.of([...defaultKeymap, ...historyKeymap])] : [EditorState.readOnly.of(true)],
  ];
  const view = new MergeView({
    parent: host,
    a: { doc: left.text, extensions: side(left.name, false) },
    b: { doc: right.text, extensions: side(right.name, merge) },
    ...(merge ? { revertControls: "a-to-b" as const, renderRevertControl } : {}),
    collapseUnchanged: { margin: 3, minSize: 6 },
    diffConfig: { scanLimit: 1_000, timeout: 200 },
  });
  return {
    setLeft: (text) => view.a.dispatch({ changes: { from: 0, to: view.a.state.doc.length, insert: text } }),
    right: () => view.b.state.doc.toString(),
    differences: () => view.chunks.length,
    destroy: () => view.destroy(),
  };
}

function renderRevertControl(): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "→";
  button.setAttribute("aria-label", "Take this from the left");
  button.dataset["tip"] = "Take this from the left";
  return button;
}
