/** A text of several lines. */
import { useRef } from "preact/hooks";
import { useDraft } from "../../app/draft.ts";
import { asText } from "../../app/expressions.ts";
import { controlProps, Field } from "../../app/field.tsx";
import { useWatch } from "../../app/hooks.ts";
import type { Props } from "../../app/page.tsx";
import { showIn } from "../../app/show_in.ts";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-change", finish: "wf-change-finish" });
  const input = useRef<HTMLTextAreaElement>(null);
  useWatch(() => showIn(input.current, asText(draft.value.value)), [draft.value]);
  const longest = c.number("max_length");
  return (
    <Field c={c}>
      <textarea
        {...controlProps(c)}
        ref={input}
        class={c.flag("auto_grow") ? "input grows" : "input"}
        rows={Math.max(1, Math.floor(c.number("rows") ?? 4))}
        placeholder={c.text("placeholder")}
        maxLength={longest !== null && longest >= 0 ? Math.floor(longest) : undefined}
        onInput={(event) => draft.set(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && draft.finish()}
        onBlur={() => draft.finish()}
      />
    </Field>
  );
}
