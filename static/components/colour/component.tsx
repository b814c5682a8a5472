/** A colour, chosen in the browser's own picker or typed. */
import { useRef, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.ts";
import { asText } from "../../app/expressions.ts";
import { controlProps, Field } from "../../app/field.tsx";
import { useWatch } from "../../app/hooks.ts";
import type { Props } from "../../app/page.tsx";
import { showIn } from "../../app/show_in.ts";

/** `#rrggbb` of what was typed, with or without its `#`, long or short; `null` where it is no colour. */
function colourOf(text: string): string | null {
  const digits = text.trim().replace(/^#/, "").toLowerCase();
  if (/^[0-9a-f]{3}$/.test(digits)) return `#${[...digits].map((digit) => digit + digit).join("")}`;
  return /^[0-9a-f]{6}$/.test(digits) ? `#${digits}` : null;
}

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-change" });
  const typed = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const colour = asText(draft.value.value);
  useWatch(() => showIn(typed.current, asText(draft.value.value)), [draft.value]);
  const take = (input: HTMLInputElement) => {
    const entered = input.value.trim() === "" ? "" : colourOf(input.value);
    setProblem(entered === null ? "Enter a colour such as #3651d4." : "");
    if (entered === null) return;
    showIn(input, entered);
    if (entered !== asText(draft.value.peek())) draft.set(entered);
    draft.finish();
  };
  return (
    <Field c={c} problem={problem}>
      <div class="colour">
        <input
          type="color"
          class={colourOf(colour) ? "input" : "input unset"}
          aria-label={`${c.text("label").value} picker`.trim()}
          disabled={c.flag("disabled")}
          value={colourOf(colour) ?? "#000000"}
          onInput={(event) => {
            setProblem("");
            draft.set(event.currentTarget.value);
          }}
          onChange={() => draft.finish()}
        />
        <input
          {...controlProps(c, problem)}
          ref={typed}
          class="input"
          type="text"
          placeholder="#rrggbb"
          maxLength={7}
          autocomplete="off"
          spellcheck={false}
          onKeyDown={(event) => event.key === "Enter" && take(event.currentTarget)}
          onBlur={(event) => take(event.currentTarget)}
        />
      </div>
    </Field>
  );
}
