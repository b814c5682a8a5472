/** What an empty page says: what to do, and three ways to start. It gives way as soon as something is dragged. */
import { openPane } from "./layout.ts";
import { drag } from "./drag.ts";
import { editor } from "./code.ts";
import { Button } from "./controls.tsx";
import { operate } from "./edits.ts";
import { freeId } from "./changes.ts";
import { ICONS } from "./icons.tsx";
import { finderOpen } from "./keys.ts";
import type { Component } from "./protocol.ts";
import { current, readOnly, select, taken } from "./store.ts";
import { startTour } from "./dialogs.ts";

export function EmptyPage() {
  const page = current.value?.page;
  if (!page || page.children?.length || drag.value || readOnly.value) return null;
  return (
    <section class="empty-page" aria-label="The page is empty">
      <h2>This page is empty</h2>
      <p>Three ways to start:</p>
      <ol>
        <li>
          <Button icon={ICONS.plus} label="Insert a component" keys="I" class="primary" onClick={() => (finderOpen.value = "insert")} />
          <span>or drag one from the palette to here.</span>
        </li>
        <li>
          <Button icon={ICONS.box} label="Begin with a small form" onClick={() => void beginWithForm(page)} />
          <span>A field, a text that follows it, and a button.</span>
        </li>
        <li>
          <Button icon={ICONS.code} label="Begin with the code" keys="Ctrl+1" onClick={beginWithCode} />
          <span>Write functions in main.py; events can be linked to them.</span>
        </li>
      </ol>
      <button type="button" class="link" onClick={startTour}>
        New here? Take the tour of a minute.
      </button>
    </section>
  );
}

/** Works without code already; the button waits for its handler. */
async function beginWithForm(page: Component): Promise<void> {
  const used = new Set(taken.value);
  const id = (wanted: string): string => {
    const free = freeId(wanted, used);
    used.add(free);
    return free;
  };
  const button = id("greet");
  const parts: Component[] = [
    { id: id("title"), type: "heading", fields: { text: "Hello" } },
    { id: id("name"), type: "text_input", fields: { label: "Your name" }, binding: "name" },
    { id: id("welcome"), type: "text", fields: { text: "Nice to meet you, @{name}." } },
    { id: button, type: "button", fields: { text: "Greet" } },
  ];
  const operations = parts.map((component, index) => ({ op: "add" as const, component, parent: page.id, index }));
  if ((await operate({ op: "batch", label: "Begin with a small form", operations })) !== null) select(button);
}

function beginWithCode(): void {
  openPane("code");
  editor.peek()?.focus();
}
