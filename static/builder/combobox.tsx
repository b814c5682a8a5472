/** The handler picker: a combobox over the app's functions, searched by name, module and parameters, and what needs no code. */
import { useEffect, useRef, useState } from "preact/hooks";
import { KINDS, type Kind } from "./built_in.ts";
import type { Handler } from "./protocol.ts";
import { handlers } from "./store.ts";

interface Props {
  event: string;
  /** The name of a handler, or the title of what is done without code. */
  value: string | null;
  invalid: boolean;
  onChange(handler: string | null): void;
  onBuiltIn(kind: Kind): void;
}

export type Option =
  | { kind: "handler"; handler: Handler }
  | { kind: "folded"; count: number }
  | { kind: "built_in"; does: Kind; title: string };

const HEADINGS: Record<Option["kind"], string> = { handler: "", folded: "", built_in: "Without code" };

/** Those that match every word; the app's own functions first. */
export function matching(all: readonly Handler[], text: string): Handler[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter((each) => words.every((word) => `${each.name} ${each.module} ${each.parameters.join(" ")}`.toLowerCase().includes(word)))
    .sort((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name));
}

/** What there is to choose: own functions, what needs no code, and last, folded until asked for, functions of packages. */
export function optionsFor(all: readonly Handler[], text: string, unfolded: boolean): Option[] {
  const found = matching(all, text);
  const own = found.filter((each) => each.own);
  const foreign = found.filter((each) => !each.own);
  const wanted = text.trim().toLowerCase();
  const builtIn = KINDS.filter(({ title }) => title.toLowerCase().includes(wanted));
  const shown = unfolded || wanted !== "";
  return [
    ...own.map((handler): Option => ({ kind: "handler", handler })),
    ...builtIn.map(({ kind, title }): Option => ({ kind: "built_in", does: kind, title })),
    ...(shown ? foreign.map((handler): Option => ({ kind: "handler", handler })) : foreign.length ? [{ kind: "folded", count: foreign.length } as const] : []),
  ];
}

export function HandlerPicker({ event, value, invalid, onChange, onBuiltIn }: Props) {
  const [open, setOpen] = useState(false);
  const [unfolded, setUnfolded] = useState(false);
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const options = open ? optionsFor(handlers.value, text ?? "", unfolded) : [];
  const id = `picker-${event}`;

  useEffect(() => {
    const box = input.current?.getBoundingClientRect();
    const popup = list.current;
    if (!open || !box || !popup) return;
    // Fixed, so that the pane's own scrolling doesn't cut it off.
    const below = window.innerHeight - box.bottom - 8;
    const height = Math.min(320, Math.max(below, box.top - 8));
    popup.style.left = `${Math.min(box.left, window.innerWidth - popup.offsetWidth - 8)}px`;
    popup.style.maxHeight = `${height}px`;
    popup.style.top = below >= Math.min(popup.scrollHeight, 160) ? `${box.bottom + 4}px` : `${box.top - 4 - Math.min(height, popup.scrollHeight)}px`;
    popup.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const openList = (): void => {
    setOpen(true);
    setAt(Math.max(0, optionsFor(handlers.value, text ?? "", unfolded).findIndex((each) => titleOf(each) === value)));
  };
  const close = (): void => {
    setOpen(false);
    setUnfolded(false);
    setText(null);
    setAt(0);
  };
  const choose = (option: Option | undefined): void => {
    if (option?.kind === "folded") {
      setUnfolded(true);
      return;
    }
    close();
    if (option?.kind === "built_in") onBuiltIn(option.does);
    else if (option && option.handler.name !== value) onChange(option.handler.name);
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
          {handlers.value.length === 0 && <p class="option none">The app has no functions yet. Create one below.</p>}
          {options.map((each, i) => (
            <OptionRow key={keyOf(each)} option={each} id={`${id}-${i}`} current={i === at} heads={HEADINGS[each.kind] !== "" && options[i - 1]?.kind !== each.kind} choose={() => choose(each)} enter={() => setAt(i)} />
          ))}
          {options.length === 0 && handlers.value.length > 0 && <p class="option none">Nothing matches.</p>}
        </div>
      )}
    </div>
  );
}

const titleOf = (option: Option): string => (option.kind === "handler" ? option.handler.name : option.kind === "built_in" ? option.title : "");

const keyOf = (option: Option): string => `${option.kind} ${titleOf(option)}`;

function OptionRow({ option, id, current, heads, choose, enter }: { option: Option; id: string; current: boolean; heads: boolean; choose: () => void; enter: () => void }) {
  const foreign = option.kind === "folded" || (option.kind === "handler" && !option.handler.own);
  return (
    <>
      {heads && (
        <div class="option-heading" role="presentation">
          {HEADINGS[option.kind]}
        </div>
      )}
      <div
        id={id}
        class={`option ${foreign ? "foreign" : ""}`}
        role="option"
        aria-selected={current}
        onPointerDown={(pressed) => {
          pressed.preventDefault();
          choose();
        }}
        onPointerEnter={enter}
      >
        {option.kind === "built_in" && <span>{option.title}</span>}
        {option.kind === "folded" && <span>{option.count === 1 ? "1 function" : `${option.count} functions`} of installed packages …</span>}
        {option.kind === "handler" && (
          <>
            <span class="mono">{option.handler.name}</span>
            <span class="mono quiet">({option.handler.parameters.join(", ")})</span>
            <span class="spring" />
            <span class="quiet">{option.handler.problem ? "problem" : option.handler.module}</span>
          </>
        )}
      </div>
    </>
  );
}
