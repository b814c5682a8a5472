/** Things that aren't buttons and yet can be pressed, if a handler waits for it: by pointer and by keyboard alike. */
import { clickPayload } from "./dom_events.ts";
import type { Instance } from "./instance.ts";

export function pressable(c: Instance) {
  if (!c.listens("wf-click")) return {};
  return {
    tabIndex: 0,
    onClick: (event: MouseEvent) => void c.emit("wf-click", clickPayload(event)),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      void c.emit("wf-click", clickPayload(event));
    },
  };
}
