/** The field for a new id, in the tree and on the canvas. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { asId, rename } from "./edits.ts";
import { renaming } from "./store.ts";

/** `done` takes the focus back when a key has ended it. */
export function RenameInput({ id, done }: { id: string; done: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  // Before the next key: what is typed at once belongs in here.
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const end = (apply: boolean, byKey = true): void => {
    if (renaming.value?.id !== id) return;
    const text = asId(input.current?.value ?? "");
    renaming.value = null;
    if (apply) void rename(id, text);
    if (byKey) done();
  };
  return (
    <input
      ref={input}
      class="rename mono"
      aria-label={`New id of ${id}`}
      defaultValue={id}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") end(true);
        if (event.key === "Escape") end(false);
      }}
      onBlur={() => end(true, false)}
    />
  );
}
