/** What waits until the pointer is up: a layout that moves while it is down makes the click miss. */
let pressed = false;
addEventListener("pointerdown", () => (pressed = true), true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (pressed = false), true);

/** Do it now, or once the click that is under way has reached what it is meant for. */
export function afterPress(work: () => void): void {
  if (!pressed) return work();
  const waited = new AbortController();
  const go = (): void => {
    waited.abort();
    // The click comes in the same turn, after the pointer is up.
    setTimeout(work);
  };
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, go, { signal: waited.signal });
}
