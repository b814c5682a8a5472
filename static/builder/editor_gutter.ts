/** The lightning marks at functions that components run; those that the selection runs stand out. */
import { type EditorState, type Extension, RangeSet, StateEffect, StateField, type TransactionSpec } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, gutter, GutterMarker } from "@codemirror/view";
import { type IconNode, ICONS } from "./icons.tsx";

export interface Linked {
  /** As links call it. */
  handler: string;
  /** Where the function stood when the app was loaded, from 1. */
  line: number;
  /** Who runs it, how often, and when last. */
  label: string;
  failed: boolean;
  selected: boolean;
}

class LinkMarker extends GutterMarker {
  constructor(readonly linked: Linked) {
    super();
  }

  override eq(other: LinkMarker): boolean {
    return other.linked.label === this.linked.label && other.linked.failed === this.linked.failed && other.linked.selected === this.linked.selected;
  }

  override toDOM(): Node {
    const { handler, label, failed, selected } = this.linked;
    const element = document.createElement("button");
    element.type = "button";
    // The gutter is hidden from screen readers; the command for the line at the cursor is for them.
    element.tabIndex = -1;
    element.className = `cm-linked${failed ? " failed" : ""}${selected ? " selected" : ""}`;
    element.dataset["tip"] = label;
    element.dataset["handler"] = handler;
    element.setAttribute("aria-label", label);
    element.append(drawn(ICONS.zap));
    return element;
  }
}

function drawn(icon: IconNode): SVGElement {
  const make = (name: string, attributes: Record<string, string | number | undefined>): SVGElement => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return element;
  };
  const svg = make("svg", { viewBox: "0 0 24 24" });
  svg.append(...icon.map(([name, attributes]) => make(name, attributes)));
  return svg;
}

interface Marks {
  markers: RangeSet<LinkMarker>;
  lines: DecorationSet;
}

const selectedLine = Decoration.line({ class: "cm-selected-handler" });
const setMarks = StateEffect.define<Marks>();
const marks = StateField.define<Marks>({
  create: () => ({ markers: RangeSet.empty, lines: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return effect.value;
    return transaction.docChanged ? { markers: value.markers.map(transaction.changes), lines: value.lines.map(transaction.changes) } : value;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.lines),
});

export function linkGutter(clicked: (handler: string) => void): Extension {
  return [
    marks,
    gutter({
      class: "cm-link-gutter",
      markers: (view) => view.state.field(marks).markers,
      domEventHandlers: {
        click: (_, __, event) => {
          const handler = (event.target as Element).closest<HTMLElement>("[data-handler]")?.dataset["handler"];
          if (handler) clicked(handler);
          return handler !== undefined;
        },
      },
    }),
  ];
}

export function withLinked(state: EditorState, linked: readonly Linked[]): TransactionSpec {
  const lines = functionLines(state.doc.toString());
  const placed = linked
    .map((each) => ({ each, line: lines.get(each.handler.slice(each.handler.lastIndexOf(".") + 1)) ?? each.line }))
    .filter(({ line }) => line >= 1 && line <= state.doc.lines)
    .map(({ each, line }) => ({ each, from: state.doc.line(line).from }));
  return {
    effects: setMarks.of({
      markers: RangeSet.of(placed.map(({ each, from }) => new LinkMarker(each).range(from)), true),
      lines: Decoration.set(placed.filter(({ each }) => each.selected).map(({ from }) => selectedLine.range(from)), true),
    }),
  };
}

/** In a text that has been edited, functions stand elsewhere than when it was loaded. */
function functionLines(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [number, line] of text.split("\n").entries()) {
    const name = /^(?:async[ \t]+)?def[ \t]+([\p{L}_][\p{L}\p{N}_]*)/u.exec(line)?.[1];
    if (name) found.set(name, number + 1);
  }
  return found;
}

/** The linked handler whose function the cursor is in. */
export function handlerAt(state: EditorState): string | null {
  let found: string | null = null;
  state.field(marks, false)?.markers.between(0, state.selection.main.head, (_, __, marker) => void (found = marker.linked.handler));
  return found;
}
