/** Any number of choices, all of them in sight. */
import { useDraft } from "../../app/draft.ts";
import { Group } from "../../app/field.tsx";
import { chosenOf, optionsOf } from "../../app/options.ts";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-options-change" });
  const options = optionsOf(c.value("options").value);
  const chosen = chosenOf(draft.value.value);
  return (
    <Group c={c} role="group" class={`choices ${c.text("direction").value}`}>
      {options.map(([key, label]) => (
        <label key={key} class="choice">
          <input
            type="checkbox"
            class="box"
            value={key}
            checked={chosen.includes(key)}
            onChange={({ currentTarget: { checked } }) => {
              // In the order of the options; what is no option any more goes.
              draft.set(options.map(([each]) => each).filter((each) => (each === key ? checked : chosen.includes(each))));
              draft.finish();
            }}
          />
          <span>{label}</span>
        </label>
      ))}
    </Group>
  );
}
