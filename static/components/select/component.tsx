/** One choice of several; the browser's own list, which opens well on phones, or one that is searched by typing. */
import { useDraft } from "../../app/draft.ts";
import { controlProps, Field } from "../../app/field.tsx";
import { laterComponent } from "../../app/later_component.tsx";
import { optionsOf } from "../../app/options.ts";
import type { Props } from "../../app/page.tsx";
import { SelectFrame } from "../../app/select_frame.tsx";

const Searched = laterComponent(() => import("../../app/searched_select.tsx").then((module) => module.SearchedSelect), 60);

export function render({ c }: Props) {
  return c.flag("search") ? <Searched c={c} /> : <Listed c={c} />;
}

function Listed({ c }: Props) {
  const draft = useDraft(c, { change: "wf-option-change" });
  const options = optionsOf(c.value("options").value);
  const chosen = draft.value.value;
  const place = options.findIndex(([key]) => key === (typeof chosen === "number" ? String(chosen) : chosen));
  const required = c.flag("required");
  return (
    <Field c={c}>
      <SelectFrame>
        <select
          {...controlProps(c)}
          class={place < 0 ? "input unchosen" : "input"}
          onChange={({ currentTarget }) => {
            // The first place is that of "nothing chosen".
            draft.set(options[currentTarget.selectedIndex - 1]?.[0] ?? null);
            draft.finish();
          }}
        >
          <option value="" selected={place < 0} disabled={required}>
            {c.text("placeholder").value || "\u00a0"}
          </option>
          {options.map(([key, label], i) => (
            <option key={key} value={key} selected={place === i}>
              {label}
            </option>
          ))}
        </select>
      </SelectFrame>
    </Field>
  );
}
