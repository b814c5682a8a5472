/** Any number of choices from a list that is searched by typing: a combobox with chips for what is chosen. */
import { X } from "lucide";
import { Combobox } from "../../app/combobox.tsx";
import { useDraft } from "../../app/draft.ts";
import { Field } from "../../app/field.tsx";
import { Icon } from "../../app/icon.tsx";
import { chosenOf, optionsOf } from "../../app/options.ts";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-options-change" });
  const options = optionsOf(c.value("options").value);
  const chosen = chosenOf(draft.value.value);
  const there = options.filter(([key]) => chosen.includes(key));
  const last = there[there.length - 1];
  const toggle = (key: string) => {
    const wanted = (each: string) => (each === key ? !chosen.includes(key) : chosen.includes(each));
    // In the order of the options; what is no option any more goes.
    draft.set(options.map(([each]) => each).filter(wanted));
    draft.finish();
  };
  const chips = there.map(([key, label]) => (
    <span key={key} class="chip">
      {label}
      <button
        type="button"
        aria-label={`Remove ${label}`}
        disabled={c.flag("disabled")}
        onClick={(event) => {
          event.stopPropagation();
          toggle(key);
        }}
      >
        <Icon icon={X} />
      </button>
    </span>
  ));
  return (
    <Field c={c}>
      <Combobox
        c={c}
        options={options}
        chosen={chosen}
        several
        pick={toggle}
        takeBack={() => last && toggle(last[0])}
        words=""
        placeholder={there.length ? "" : c.text("placeholder").value}
        before={chips}
      />
    </Field>
  );
}
