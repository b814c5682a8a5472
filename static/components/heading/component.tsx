/** A heading of level 1 to 4. */
import { pressable } from "../../app/pressable.ts";
import type { Props } from "../../app/page.tsx";

const TAGS = ["h1", "h2", "h3", "h4"] as const;

export function render({ c }: Props) {
  const Tag = TAGS[(c.number("level") ?? 2) - 1] ?? "h2";
  return (
    <Tag {...c.root("heading", `align-${c.text("align").value}`)} {...pressable(c)}>
      {c.text("text")}
    </Tag>
  );
}
