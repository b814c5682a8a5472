/** What a call takes, shown above it while its arguments are typed; and what a name is, where the pointer rests on it. */
import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { type AskAt, inText } from "./completion.ts";

interface Signatures {
  signatures: { label: string; documentation: string; parameters: { label: string }[] }[];
  activeSignature: number;
  activeParameter: number | null;
}

const REST_MS = 40;
const HOVER_MS = 350;

const setHelp = StateEffect.define<Tooltip | null>();
const help = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setHelp)) return effect.value;
    return shown && transaction.docChanged ? { ...shown, pos: transaction.changes.mapPos(shown.pos) } : shown;
  },
  provide: (field) => showTooltip.from(field),
});

export function signatureHelp(askAt: AskAt): Extension {
  const follow = ViewPlugin.define((view) => {
    let timer = 0;
    let dismissed = -1;
    const hide = (): void => {
      if (view.state.field(help)) view.dispatch({ effects: setHelp.of(null) });
    };
    const look = async (): Promise<void> => {
      const { state } = view;
      const at = state.selection.main.head;
      const open = callAround(state, at);
      if (open === null || open === dismissed) {
        hide();
        return;
      }
      const line = state.doc.lineAt(at);
      const answer = (await askAt("textDocument/signatureHelp", state.doc.toString(), line.number - 1, at - line.from).catch(() => null)) as Signatures | null;
      // Another place or text has another answer, which is on its way.
      if (view.state.doc !== state.doc || view.state.selection.main.head !== at) return;
      const signature = answer?.signatures[answer.activeSignature];
      if (!signature) hide();
      else view.dispatch({ effects: setHelp.of({ pos: open, above: true, strictSide: false, create: () => ({ dom: described(signature, answer?.activeParameter ?? null) }) }) });
    };
    return {
      update(update: ViewUpdate) {
        for (const transaction of update.transactions)
          for (const effect of transaction.effects)
            if (effect.is(setHelp) && effect.value === null && transaction.isUserEvent("dismiss")) dismissed = callAround(update.state, update.state.selection.main.head) ?? -1;
        // Only typing opens it; moving about closes it or goes on to the next argument.
        if (!update.docChanged && !(update.selectionSet && update.state.field(help))) return;
        if (dismissed >= 0 && callAround(update.state, update.state.selection.main.head) !== dismissed) dismissed = -1;
        clearTimeout(timer);
        timer = window.setTimeout(() => void look(), REST_MS);
      },
      destroy: () => clearTimeout(timer),
    };
  });
  const dismiss = (view: EditorView): boolean => {
    if (!view.state.field(help)) return false;
    view.dispatch({ effects: setHelp.of(null), userEvent: "dismiss" });
    return true;
  };
  return [help, follow, Prec.low(keymap.of([{ key: "Escape", run: dismiss }])), hover(askAt)];
}

/** Where the parenthesis stands of the call whose arguments are being typed. */
function callAround(state: EditorState, at: number): number | null {
  if (/^Comment$/.test(syntaxTree(state).resolveInner(at, -1).name)) return null;
  for (let node = syntaxTree(state).resolveInner(at, -1); ; node = node.parent) {
    if (node.name === "ArgList" && node.from < at && (at < node.to || state.sliceDoc(node.to - 1, node.to) !== ")")) return node.from;
    if (!node.parent || /Definition$|^Body$/.test(node.name)) return null;
  }
}

function described(signature: Signatures["signatures"][0], active: number | null): HTMLElement {
  const element = document.createElement("div");
  element.className = "cm-signature";
  const line = element.appendChild(document.createElement("div"));
  const parameter = active === null ? undefined : signature.parameters[active]?.label;
  const at = parameter ? signature.label.indexOf(parameter, signature.label.indexOf("(")) : -1;
  if (parameter && at >= 0) {
    const bold = document.createElement("b");
    bold.textContent = parameter;
    line.append(signature.label.slice(0, at), bold, signature.label.slice(at + parameter.length));
  } else line.textContent = signature.label;
  const first = signature.documentation.split(/\n\s*\n/)[0]?.trim();
  if (first) {
    const says = element.appendChild(document.createElement("div"));
    says.className = "cm-signature-says";
    says.textContent = first;
  }
  return element;
}

function hover(askAt: AskAt): Extension {
  return hoverTooltip(
    async (view, pos) => {
      const word = view.state.wordAt(pos);
      if (!word || inText(view.state, pos)) return null;
      const line = view.state.doc.lineAt(pos);
      const answer = (await askAt("textDocument/hover", view.state.doc.toString(), line.number - 1, pos - line.from).catch(() => null)) as { contents: string } | null;
      if (!answer) return null;
      return {
        pos: word.from,
        end: word.to,
        above: true,
        create: () => {
          const dom = document.createElement("div");
          dom.className = "cm-documentation cm-hover-documentation";
          // A long one is scrolled with the keys.
          dom.tabIndex = 0;
          dom.textContent = answer.contents;
          return { dom };
        },
      };
    },
    { hoverTime: HOVER_MS },
  );
}
