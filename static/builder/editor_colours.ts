/** Which token of the Builder colours which part of the code. */
import { HighlightStyle } from "@codemirror/language";
import { tags as t } from "@lezer/highlight";

export const colours = HighlightStyle.define([
  { tag: [t.keyword, t.self, t.operatorKeyword, t.modifier], color: "var(--code-keyword)" },
  { tag: [t.string, t.special(t.string)], color: "var(--code-string)" },
  { tag: [t.number, t.bool, t.null, t.atom], color: "var(--code-number)" },
  { tag: [t.comment, t.docString], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [t.function(t.definition(t.variableName)), t.function(t.variableName), t.function(t.propertyName)], color: "var(--code-function)" },
  { tag: [t.definition(t.className), t.className, t.typeName], color: "var(--code-type)" },
  { tag: [t.meta, t.annotation], color: "var(--code-meta)" },
  { tag: [t.operator, t.punctuation, t.separator, t.bracket], color: "var(--code-operator)" },
  { tag: [t.propertyName, t.variableName], color: "var(--text)" },
  { tag: t.invalid, color: "var(--bad)" },
]);
