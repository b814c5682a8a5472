/** All keys on one sheet: those of the commands, and those of the code. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { keysOpen } from "./dialogs.ts";
import { EDITOR_KEYS } from "./editor_keys.ts";
import { COMMANDS } from "./keys.ts";

export function KeysSheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (keysOpen.value) dialog.current?.showModal();
  }, [keysOpen.value]);
  if (!keysOpen.value) return null;
  const groups = [...new Set(COMMANDS.map((each) => each.group))];
  return (
    <dialog ref={dialog} class="keys-sheet" tabIndex={0} aria-label="Keyboard shortcuts" onClose={() => (keysOpen.value = false)} onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <h2>Keyboard shortcuts</h2>
      <div class="keys-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            {COMMANDS.filter((each) => each.group === group).map((each) => (
              <p key={each.title}>
                <span>{each.title}</span>
                {each.keys && <kbd>{each.keys}</kbd>}
              </p>
            ))}
          </section>
        ))}
        <section>
          <h3>In the code</h3>
          {EDITOR_KEYS.map((each) => (
            <p key={each.title}>
              <span>{each.title}</span>
              <kbd>{each.keys}</kbd>
            </p>
          ))}
        </section>
      </div>
      <p class="quiet">On the canvas: a double-click goes to the handler, Escape leaves “Use app”. While dragging: Alt copies, Escape cancels. In the tree: ↑ ↓ go row by row, ← → close and open, Shift selects more.</p>
    </dialog>
  );
}
