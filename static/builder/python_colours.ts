/** Python in the colours of the editor, for single lines outside of it. A lazy chunk: it brings the parser. */
import { highlightCode, tagHighlighter, tags as t } from "@lezer/highlight";
import { parser } from "@lezer/python";
import type { Piece } from "./ansi.ts";

const classes = tagHighlighter([
  { tag: [t.keyword, t.self, t.operatorKeyword, t.modifier], class: "code-keyword" },
  { tag: [t.string, t.special(t.string)], class: "code-string" },
  { tag: [t.number, t.bool, t.null, t.atom], class: "code-number" },
  { tag: [t.comment, t.docString], class: "code-comment" },
  { tag: [t.function(t.definition(t.variableName)), t.function(t.variableName), t.function(t.propertyName)], class: "code-function" },
  { tag: [t.definition(t.className), t.className, t.typeName], class: "code-type" },
  { tag: [t.meta, t.annotation], class: "code-meta" },
  { tag: [t.operator, t.punctuation, t.separator, t.bracket], class: "code-operator" },
]);

const known = new Map<string, readonly Piece[]>();
const MAX_KNOWN = 500;

export function pythonPieces(source: string): readonly Piece[] {
  const before = known.get(source);
  if (before) return before;
  const pieces: Piece[] = [];
  const add = (text: string, name: string): void => void pieces.push({ text, class: name, style: "", href: "" });
  highlightCode(source, parser.parse(source), classes, add, () => add(" ", ""));
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(source, pieces);
  return pieces;
}
