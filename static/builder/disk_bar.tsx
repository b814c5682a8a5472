/** What has happened to the file in front: changed or deleted on disk, or unsaved work that was brought back. */
import { activeFile, closeFile, dropDraft, editor, type OpenFile, save, takeDisk } from "./code.ts";
import { Button } from "./controls.tsx";
import { mergedFile } from "./dialogs.ts";
import { connected } from "./store.ts";

/** A decision in the bar, and on with the typing. */
function decide(work: () => unknown): void {
  work();
  editor.peek()?.focus();
}

export function DiskBar() {
  const file = activeFile.value;
  if (!file) return null;
  if (file.conflict) return <Changed file={file} conflict={file.conflict} />;
  if (!file.restored || !connected.value) return null;
  return (
    <div class="bar" role="status">
      <span>What you had typed in {file.path} and not saved was brought back.</span>
      <Button label="Discard" class="small" tip="Back to the saved text; undo brings it back" onClick={() => decide(() => dropDraft(file.path))} />
    </div>
  );
}

function Changed({ file, conflict }: { file: OpenFile; conflict: NonNullable<OpenFile["conflict"]> }) {
  const { path } = file;
  if (conflict === "gone") {
    return (
      <div class="bar bar-warn" role="alert">
        <span>{path} was deleted on disk.</span>
        <Button label="Keep mine" class="small" tip="Write it anew" onClick={() => decide(() => save(path, true))} />
        <Button label="Close" class="small" onClick={() => void closeFile(path)} />
      </div>
    );
  }
  if ("unreadable" in conflict) {
    return (
      <div class="bar bar-warn" role="alert">
        <span>What is on disk now can't be shown, and is not written over: {conflict.unreadable}</span>
        <Button label="Close" class="small" onClick={() => void closeFile(path)} />
      </div>
    );
  }
  return (
    <div class="bar bar-warn" role="alert">
      <span>{path} has changed on disk while you were editing it.</span>
      <Button label="Reload" class="small" tip="Take the version on disk; undo brings yours back" onClick={() => decide(() => takeDisk(path))} />
      <Button label="Keep mine" class="small" tip="Write your version over it; the other one stays among the versions" onClick={() => decide(() => save(path, true))} />
      <Button label="Compare" class="small" tip="Both side by side, to make one of them" onClick={() => (mergedFile.value = path)} />
    </div>
  );
}
