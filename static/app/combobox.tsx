/** Options that are searched by typing: a text field and the list below it, for one choice or for several. */
import { Check, ChevronDown } from "lucide";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { controlProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import type { Instance } from "./instance.ts";

// More than these nobody reads; whoever wants one of the others goes on typing.
const MOST_SHOWN = 200;

interface Props {
  c: Instance;
  options: readonly (readonly [key: string, label: string])[];
  /** The keys that are chosen. */
  chosen: readonly string[];
  several: boolean;
  /** An option was picked. */
  pick: (key: string) => void;
  /** The choice, or the last of several, is taken back by the keyboard. */
  takeBack: () => void;
  /** What the field says while nothing is searched. */
  words: string;
  placeholder: string;
  /** What stands in the field before the text. */
  before?: ComponentChildren;
  /** And behind it. */
  after?: ComponentChildren;
}

export function Combobox({ c, options, chosen, several, pick, takeBack, words, placeholder, before, after }: Props) {
  const [open, setOpen] = useState(false);
  // `null`: nothing is being searched.
  const [search, setSearch] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const [above, setAbove] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const disabled = c.flag("disabled");
  const sought = (search ?? "").trim().toLowerCase();
  const found = options.filter(([, label]) => label.toLowerCase().includes(sought));
  const shown = found.slice(0, MOST_SHOWN);
  const place = Math.min(at, shown.length - 1);

  useLayoutEffect(() => {
    const element = list.current;
    const field = input.current?.parentElement?.getBoundingClientRect();
    if (!open || !element || !field) return;
    const room = window.innerHeight - field.bottom;
    setAbove(room < element.offsetHeight && field.top > room);
  }, [open, shown.length]);
  useLayoutEffect(() => {
    if (open) list.current?.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  }, [open, place]);

  const unfold = () => {
    if (open || disabled) return;
    setAt(several ? 0 : Math.max(0, options.findIndex(([key]) => chosen.includes(key))));
    setOpen(true);
  };
  const take = (key: string) => {
    pick(key);
    setSearch(null);
    if (!several) setOpen(false);
  };
  const step = (by: number) => (open ? setAt(Math.max(0, Math.min(shown.length - 1, place + by))) : unfold());
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Backspace" && several && !search) return takeBack();
    const active = shown[place];
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && !open) unfold();
    else if (event.key === "Enter" && active) take(active[0]);
    else if (event.key === "Escape" && open) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div class="combobox">
      <div
        class={disabled ? "input chips off" : "input chips"}
        // The focus stays where the person types.
        onMouseDown={(event) => event.target !== input.current && event.preventDefault()}
        onClick={({ target }) => {
          input.current?.focus();
          if (open && target !== input.current) setOpen(false);
          else unfold();
        }}
      >
        {before}
        <input
          {...controlProps(c)}
          ref={input}
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={`${c.domId}/list`}
          aria-activedescendant={open && place >= 0 ? `${c.domId}/option/${place}` : undefined}
          placeholder={placeholder}
          value={search ?? words}
          onFocus={({ currentTarget }) => currentTarget.select()}
          onInput={({ currentTarget }) => {
            setSearch(currentTarget.value);
            setAt(0);
            setOpen(true);
          }}
          onKeyDown={press}
          onBlur={() => {
            if (search === "" && !several) takeBack();
            setOpen(false);
            setSearch(null);
          }}
        />
        {after}
        <Icon icon={ChevronDown} />
      </div>
      <ul
        ref={list}
        id={`${c.domId}/list`}
        role="listbox"
        class={above ? "above" : ""}
        aria-multiselectable={several || undefined}
        aria-label={c.text("label").value || c.id}
        hidden={!open}
        onMouseDown={(event) => event.preventDefault()}
      >
        {open &&
          shown.map(([key, label], i) => (
            <li
              key={key}
              id={`${c.domId}/option/${i}`}
              role="option"
              aria-selected={chosen.includes(key)}
              class={i === place ? "active" : ""}
              onClick={() => take(key)}
            >
              <Icon icon={Check} />
              <span>{label}</span>
            </li>
          ))}
        {open && shown.length < Math.max(1, found.length) && (
          <li role="option" class="note" aria-disabled="true" aria-selected="false">
            {found.length === 0 ? "Nothing found" : `${found.length - shown.length} more: type to find them`}
          </li>
        )}
      </ul>
    </div>
  );
}
