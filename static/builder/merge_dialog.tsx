/** A file that has changed on disk under unsaved work: both versions side by side, and what is made of them. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { editor, open, saveMerged, takeDisk } from "./code.ts";
import type { Comparison } from "./compare.ts";
import { Compared } from "./comparison.tsx";
import { Button, IconButton } from "./controls.tsx";
import { mergedFile } from "./dialogs.ts";
import { ICONS } from "./icons.tsx";

export function MergeDialog() {
  const path = mergedFile.value;
  const conflict = path ? open.value.get(path)?.conflict : null;
  if (!path || !conflict || typeof conflict === "string" || "unreadable" in conflict) return null;
  return <Dialog key={path} path={path} disk={conflict} />;
}

function Dialog({ path, disk }: { path: string; disk: { text: string; digest: string } }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const comparison = useRef<Comparison | null>(null);
  const mine = useRef(editor.peek()?.textOf(path) ?? "");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = (): void => {
    mergedFile.value = null;
  };
  return (
    <dialog ref={dialog} class="compare-dialog" aria-label={`Compare ${path} with the version on disk`} onClose={close}>
      <header>
        <h2>{path}</h2>
        <p class="quiet">The arrows take a change from the disk into yours; the right side can be edited as well.</p>
        <span class="spring" />
        <IconButton icon={ICONS.x} label="Close and decide later" onClick={close} />
      </header>
      <Compared path={path} left={{ name: "On disk", text: disk.text }} right={{ name: "Yours", text: mine.current }} merge made={(made) => (comparison.current = made)} />
      <footer>
        <Button label="Reload" class="secondary" tip="Take the version on disk; undo brings yours back" onClick={() => (close(), takeDisk(path))} />
        <Button
          label="Save the right side"
          class="primary"
          onClick={() => {
            const text = comparison.current?.right() ?? mine.current;
            close();
            void saveMerged(path, text, disk);
          }}
        />
      </footer>
    </dialog>
  );
}
