/** One line of text. */
import { useRef } from "preact/hooks";
import { useDraft } from "../../app/draft.ts";
import { asText } from "../../app/expressions.ts";
import { controlProps, Field } from "../../app/field.tsx";
import { useWatch } from "../../app/hooks.ts";
import type { Props } from "../../app/page.tsx";
import { showIn } from "../../app/show_in.ts";

const KINDS: ReadonlySet<string> = new Set(["text", "email", "password", "search", "tel", "url"]);

export function render({ c }: Props) {
  const kind = c.text("kind").value;
  const draft = useDraft(c, { change: "wf-change", finish: "wf-change-finish" });
  const input = useRef<HTMLInputElement>(null);
  useWatch(() => showIn(input.current, asText(draft.value.value)), [draft.value]);
  const longest = c.number("max_length");
  return (
    <Field c={c}>
      <input
        {...controlProps(c)}
        ref={input}
        class="input"
        type={(KINDS.has(kind) ? kind : "text") as "text"}
        placeholder={c.text("placeholder")}
        maxLength={longest !== null && longest >= 0 ? Math.floor(longest) : undefined}
        autocomplete="off"
        onInput={(event) => draft.set(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && !event.isComposing && draft.finish()}
        onBlur={() => draft.finish()}
      />
    </Field>
  );
}
