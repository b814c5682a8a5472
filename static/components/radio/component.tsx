/** One choice of a few, all of them in sight. */
import { useDraft } from "../../app/draft.ts";
import { Group } from "../../app/field.tsx";
import { optionsOf } from "../../app/options.ts";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-option-change" });
  const chosen = typeof draft.value.value === "number" ? String(draft.value.value) : draft.value.value;
  return (
    <Group c={c} role="radiogroup" class={`choices ${c.text("direction").value}`}>
      {optionsOf(c.value("options").value).map(([key, label]) => (
        <label key={key} class="choice">
          <input
            type="radio"
            class="box"
            name={c.domId}
            value={key}
            checked={chosen === key}
            onChange={() => {
              draft.set(key);
              draft.finish();
            }}
          />
          <span>{label}</span>
        </label>
      ))}
    </Group>
  );
}
