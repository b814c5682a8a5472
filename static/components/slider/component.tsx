/** A number along a line: the browser's own slider, so keys, touch and screen readers know it. */
import { useDraft } from "../../app/draft.ts";
import { controlProps, Field } from "../../app/field.tsx";
import type { Props } from "../../app/page.tsx";
import { onScale, percent, scaleOf, withUnit } from "../../app/sliding.ts";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-number-change", finish: "wf-number-change-finish" });
  const scale = scaleOf(c);
  const value = onScale(draft.value.value, scale, scale.min);
  // Sliders always have a value: ARIA doesn't let them be required.
  const { "aria-required": _, ...props } = controlProps(c);
  return (
    <Field c={c}>
      <div class="slider">
        <input
          {...props}
          type="range"
          {...scale}
          value={value}
          style={{ "--from": "0%", "--to": `${percent(value, scale)}%` }}
          aria-valuetext={withUnit(value, c)}
          onInput={(event) => draft.set(event.currentTarget.valueAsNumber)}
          onChange={() => draft.finish()}
        />
        {c.flag("show_value") && <output for={c.domId}>{withUnit(value, c)}</output>}
      </div>
    </Field>
  );
}
