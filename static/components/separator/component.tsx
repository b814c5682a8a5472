/** A line, with words in its middle where there are some. */
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const text = c.text("text");
  return (
    <div {...c.root("separator")} role="separator" aria-label={text.value || undefined}>
      {text.value && <span>{text}</span>}
    </div>
  );
}
