/** Any number of choices from a list that is searched by typing: a combobox with chips for what is chosen. */
import { Check, X } from "lucide";
import { useRef, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.ts";
import { controlProps, Field } from "../../app/field.tsx";
import { Icon } from "../../app/icon.tsx";
import { chosenOf, optionsOf } from "../../app/options.ts";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-options-change" });
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const options = optionsOf(c.value("options").value);
  const chosen = chosenOf(draft.value.value);
  const found = options.filter(([, label]) => label.toLowerCase().includes(search.trim().toLowerCase()));
  const place = Math.min(at, found.length - 1);
  const disabled = c.flag("disabled");
  const toggle = (key: string) => {
    const wanted = (each: string) => (each === key ? !chosen.includes(key) : chosen.includes(each));
    draft.set(options.map(([each]) => each).filter(wanted));
    draft.finish();
    setSearch("");
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => (open ? setAt(Math.min(found.length - 1, place + 1)) : setOpen(true)),
    ArrowUp: () => (open ? setAt(Math.max(0, place - 1)) : setOpen(true)),
    Enter: () => (open ? found[place] && toggle(found[place][0]) : setOpen(true)),
    Escape: () => setOpen(false),
  };
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const last = options.filter(([key]) => chosen.includes(key)).at(-1);
    if (event.key === "Backspace" && !search && last) return toggle(last[0]);
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <Field c={c}>
      <div class="multiple">
        <div class={disabled ? "input chips off" : "input chips"} onClick={() => input.current?.focus()}>
          {options.map(([key, label]) =>
            chosen.includes(key) ? (
              <span key={key} class="chip">
                {label}
                <button type="button" aria-label={`Remove ${label}`} disabled={disabled} onClick={() => toggle(key)}>
                  <Icon icon={X} />
                </button>
              </span>
            ) : null,
          )}
          <input
            {...controlProps(c)}
            ref={input}
            type="text"
            role="combobox"
            autocomplete="off"
            aria-autocomplete="list"
            aria-expanded={open}
            aria-controls={`${c.domId}/list`}
            aria-activedescendant={open && place >= 0 ? `${c.domId}/option/${place}` : undefined}
            placeholder={chosen.length ? "" : c.text("placeholder").value}
            value={search}
            onClick={() => setOpen(true)}
            onInput={({ currentTarget }) => {
              setSearch(currentTarget.value);
              setAt(0);
              setOpen(true);
            }}
            onKeyDown={press}
            onBlur={() => {
              setOpen(false);
              setSearch("");
            }}
          />
        </div>
        <ul id={`${c.domId}/list`} role="listbox" aria-multiselectable="true" aria-label={c.text("label").value || c.id} hidden={!open}>
          {found.map(([key, label], i) => (
            <li
              key={key}
              id={`${c.domId}/option/${i}`}
              role="option"
              aria-selected={chosen.includes(key)}
              class={i === place ? "active" : ""}
              // The focus stays where the person types.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => toggle(key)}
            >
              <Icon icon={Check} />
              {label}
            </li>
          ))}
          {found.length === 0 && <li role="option" aria-disabled="true" aria-selected="false">Nothing found</li>}
        </ul>
      </div>
    </Field>
  );
}
