/** One choice from a long list that is searched by typing. */
import { X } from "lucide";
import { Combobox } from "./combobox.tsx";
import { useDraft } from "./draft.ts";
import { Field } from "./field.tsx";
import { Icon } from "./icon.tsx";
import { optionsOf } from "./options.ts";
import type { Props } from "./page.tsx";

export function SearchedSelect({ c }: Props) {
  const draft = useDraft(c, { change: "wf-option-change" });
  const options = optionsOf(c.value("options").value);
  const value = draft.value.value;
  const chosen = options.find(([key]) => key === (typeof value === "number" ? String(value) : value));
  const optional = !c.flag("required");
  const set = (key: string | null) => {
    if (key === (chosen?.[0] ?? null)) return;
    draft.set(key);
    draft.finish();
  };
  const clear = chosen && optional && !c.flag("disabled") && (
    <button
      type="button"
      class="icon-button"
      aria-label={`Take back ${chosen[1]}`}
      onClick={(event) => {
        event.stopPropagation();
        set(null);
      }}
    >
      <Icon icon={X} />
    </button>
  );
  return (
    <Field c={c}>
      <Combobox
        c={c}
        options={options}
        chosen={chosen ? [chosen[0]] : []}
        several={false}
        pick={set}
        takeBack={() => optional && set(null)}
        words={chosen?.[1] ?? ""}
        placeholder={c.text("placeholder").value}
        after={clear}
      />
    </Field>
  );
}
