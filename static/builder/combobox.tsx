/** The handler picker: a combobox over the app's functions, searched by name, module and parameters. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Handler } from "./protocol.ts";
import { handlers } from "./store.ts";

interface Props {
  event: string;
  value: string | null;
  invalid: boolean;
  onChange(handler: string | null): void;
}

/** The app's own functions first; those that match every word. */
export function matching(all: readonly Handler[], text: string): Handler[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter((each) => words.every((word) => `${each.name} ${each.module} ${each.parameters.join(" ")}`.toLowerCase().includes(word)))
    .sort((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name));
}

export function HandlerPicker({ event, value, invalid, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const options = open ? matching(handlers.value, text ?? "") : [];
  const id = `picker-${event}`;

  useEffect(() => {
    const box = input.current?.getBoundingClientRect();
    const popup = list.current;
    if (!open || !box || !popup) return;
    // Fixed, so that the pane's own scrolling doesn't cut it off.
    const below = window.innerHeight - box.bottom - 8;
    const height = Math.min(280, Math.max(below, box.top - 8));
    popup.style.left = `${Math.min(box.left, window.innerWidth - popup.offsetWidth - 8)}px`;
    popup.style.maxHeight = `${height}px`;
    popup.style.top = below >= Math.min(popup.scrollHeight, 160) ? `${box.bottom + 4}px` : `${box.top - 4 - Math.min(height, popup.scrollHeight)}px`;
    popup.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const openList = (): void => {
    setOpen(true);
    setAt(Math.max(0, matching(handlers.value, text ?? "").findIndex((each) => each.name === value)));
  };
  const close = (): void => {
    setOpen(false);
    setText(null);
    setAt(0);
  };
  const choose = (handler: Handler | undefined): void => {
    close();
    if (handler && handler.name !== value) onChange(handler.name);
  };

  return (
    <div class="combobox">
      <input
        ref={input}
        class="input mono"
        role="combobox"
        aria-label={`Handler for ${event}`}
        aria-expanded={open}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={open && options[at] ? `${id}-${at}` : undefined}
        aria-invalid={invalid}
        placeholder="No handler"
        spellcheck={false}
        value={text ?? value ?? ""}
        onFocus={(focused) => focused.currentTarget.select()}
        onClick={openList}
        onInput={(typed) => {
          setText(typed.currentTarget.value);
          setOpen(true);
          setAt(0);
        }}
        onBlur={close}
        onKeyDown={(pressed) => {
          if (pressed.key === "ArrowDown" || pressed.key === "ArrowUp") {
            pressed.preventDefault();
            if (!open) openList();
            else setAt((at + (pressed.key === "ArrowDown" ? 1 : options.length - 1)) % Math.max(1, options.length));
          } else if (pressed.key === "Enter") {
            if (text === "") onChange(null), close();
            else if (open) choose(options[at]);
          } else if (pressed.key === "Escape" && open) {
            pressed.stopPropagation();
            close();
          }
        }}
      />
      {open && (
        <div ref={list} id={id} class="listbox" role="listbox" aria-label={`Handlers for ${event}`}>
          {options.map((each, i) => (
            <div
              key={each.name}
              id={`${id}-${i}`}
              class={`option ${each.own ? "" : "foreign"}`}
              role="option"
              aria-selected={i === at}
              onPointerDown={(pressed) => {
                pressed.preventDefault();
                choose(each);
              }}
              onPointerEnter={() => setAt(i)}
            >
              <span class="mono">{each.name}</span>
              <span class="mono quiet">({each.parameters.join(", ")})</span>
              <span class="spring" />
              <span class="quiet">{each.problem ? "problem" : each.module}</span>
            </div>
          ))}
          {options.length === 0 && (
            <p class="option none">{handlers.value.length ? "No function matches." : "The app has no functions yet. Create one below."}</p>
          )}
        </div>
      )}
    </div>
  );
}
