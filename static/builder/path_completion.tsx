/** Completion of state paths in a text field: what the state of the canvas holds now, with its values beside. */
import { useEffect, useRef, useState } from "preact/hooks";
import { find, pathTo } from "./changes.ts";
import type { StatePlace } from "./protocol.ts";
import { levelOf } from "./state_store.ts";
import { completed, matchingPlaces, openPath, type OpenPath } from "./state_paths.ts";
import { current, selected } from "./store.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

interface Shown {
  open: OpenPath;
  places: StatePlace[];
}

export interface Completion {
  /** Look again: the text or the caret has changed. */
  look(field: Field): void;
  /** Takes the keys that the list is for; whether it was one. */
  key(event: KeyboardEvent & { currentTarget: Field }): boolean;
  close(): void;
  list: preact.JSX.Element | null;
  /** What a combobox says of its list. */
  aria: Record<string, string | boolean | undefined>;
}

export function usePathCompletion(id: string, take: (text: string) => void, bare = false, names: readonly StatePlace[] = []): Completion {
  const [shown, setShown] = useState<Shown | null>(null);
  const [at, setAt] = useState(0);
  const field = useRef<Field | null>(null);
  const popup = useRef<HTMLDivElement>(null);
  const wanted = useRef(0);
  const places = shown ? matchingPlaces(shown.places, shown.open.partial) : [];

  useEffect(() => {
    const box = field.current?.getBoundingClientRect();
    const list = popup.current;
    if (!box || !list) return;
    // Fixed, so that the pane's own scrolling doesn't cut it off.
    const below = window.innerHeight - box.bottom - 8;
    const height = Math.min(240, Math.max(below, box.top - 8));
    list.style.left = `${Math.min(box.left, window.innerWidth - list.offsetWidth - 8)}px`;
    list.style.maxHeight = `${height}px`;
    list.style.top = below >= Math.min(list.scrollHeight, 140) ? `${box.bottom + 4}px` : `${box.top - 4 - Math.min(height, list.scrollHeight)}px`;
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const close = (): void => {
    wanted.current++;
    setShown(null);
  };
  const look = (element: Field): void => {
    field.current = element;
    const open = openPath(element.value, element.selectionStart ?? element.value.length, bare);
    if (!open) {
      close();
      return;
    }
    const turn = ++wanted.current;
    void levelOf(open.above).then((items) => {
      if (turn !== wanted.current) return;
      setShown({ open, places: open.above.length ? items : [...names, ...rowNames(), ...items] });
      setAt(0);
    });
  };
  const choose = (place: StatePlace): void => {
    const element = field.current;
    if (!shown || !element) return;
    const next = completed(element.value, element.selectionStart ?? element.value.length, shown.open, place, bare);
    take(next.text);
    element.value = next.text;
    element.focus();
    element.setSelectionRange(next.caret, next.caret);
    look(element);
  };

  return {
    look,
    close,
    key(event) {
      if (!places.length) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") setAt((at + (event.key === "ArrowDown" ? 1 : places.length - 1)) % places.length);
      else if (event.key === "Enter" || event.key === "Tab") choose(places[at]!);
      else if (event.key === "Escape") {
        event.stopPropagation();
        close();
      } else return false;
      event.preventDefault();
      return true;
    },
    aria: { role: "combobox", "aria-autocomplete": "list", "aria-expanded": places.length > 0, "aria-controls": places.length ? `${id}-paths` : undefined, "aria-activedescendant": places.length ? `${id}-path-${at}` : undefined },
    list: places.length ? (
      <div ref={popup} id={`${id}-paths`} class="listbox" role="listbox" aria-label="State paths">
        {places.slice(0, 100).map((place, i) => (
          <div
            key={place.key}
            id={`${id}-path-${i}`}
            class="option"
            role="option"
            aria-selected={i === at}
            onPointerDown={(pressed) => {
              pressed.preventDefault();
              choose(place);
            }}
            onPointerEnter={() => setAt(i)}
          >
            <span class="mono">{String(place.key)}</span>
            <span class="spring" />
            <span class="mono quiet path-preview">{place.preview}</span>
          </div>
        ))}
      </div>
    ) : null,
  };
}

/** The names that repeaters around the selection give their rows. */
function rowNames(): StatePlace[] {
  const page = current.peek()?.page;
  if (!page || !selected.peek()) return [];
  return pathTo(page, selected.peek()!)
    .slice(0, -1)
    .map((id) => find(page, id))
    .filter((each) => each?.type === "repeater")
    .flatMap((repeater) => [
      { key: String(repeater!.fields?.["value_variable"] || "item"), kind: "other" as const, type: "", preview: `the row of ${repeater!.id}` },
      { key: String(repeater!.fields?.["key_variable"] || "item_id"), kind: "other" as const, type: "", preview: `its key` },
    ]);
}
