/** A button. While its handler runs for longer than a moment, it says so. */
import { useEffect, useRef, useState } from "preact/hooks";
import { clickPayload } from "../../app/dom_events.ts";
import type { Props } from "../../app/page.tsx";

const BUSY_AFTER_MS = 300;

export function render({ c }: Props) {
  // Most handlers are done before anybody could see more: of these the button isn't drawn anew.
  const running = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [busy, setBusy] = useState(false);
  const press = async (event: MouseEvent) => {
    if (!c.listens("wf-click")) return;
    if (running.current++ === 0) timer.current = setTimeout(() => setBusy(true), BUSY_AFTER_MS);
    await c.emit("wf-click", clickPayload(event));
    if (--running.current > 0) return;
    clearTimeout(timer.current);
    setBusy(false);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
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
