/** A button. While its handler runs for longer than a moment, it says so. */
import { useState } from "preact/hooks";
import { clickPayload } from "../../app/dom_events.ts";
import { useAfter } from "../../app/notices.tsx";
import type { Props } from "../../app/page.tsx";

const BUSY_AFTER_MS = 300;

export function render({ c }: Props) {
  const [running, setRunning] = useState(0);
  const busy = useAfter(running > 0, BUSY_AFTER_MS);
  const press = async (event: MouseEvent) => {
    if (!c.listens("wf-click")) return;
    setRunning((before) => before + 1);
    await c.emit("wf-click", clickPayload(event));
    setRunning((before) => before - 1);
  };
  return (
    <button
      {...c.root("button", c.text("style").value, c.flag("full_width") ? "full-width" : "")}
      type="button"
      disabled={c.flag("disabled")}
      aria-busy={busy || undefined}
      onClick={(event) => void press(event)}
    >
      {c.text("text")}
      {busy && <span class="spinner" aria-hidden="true" />}
    </button>
  );
}
