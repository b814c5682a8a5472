/** Text with labels on some of its words; each label keeps one colour. */
import { asText } from "../../app/expressions.ts";
import type { Props } from "../../app/page.tsx";

// As many as there are washes that words can be read on.
const TONES = 5;

export function render({ c }: Props) {
  const value = c.value("parts").value;
  const parts = Array.isArray(value) ? value : value === null ? [] : [value];
  const labels = [...new Set(parts.map((part) => (Array.isArray(part) ? asText(part[1]) : "")))].filter(Boolean);
  return (
    <p {...c.root("annotated")}>
      {parts.map((part, i) => {
        if (!Array.isArray(part)) return asText(part);
        const label = asText(part[1]);
        return (
          <mark key={i} class={`annotation-${Math.max(0, labels.indexOf(label)) % TONES}`}>
            {asText(part[0])}
            {label && <small>{label}</small>}
          </mark>
        );
      })}
    </p>
  );
}
