/** The pane `Code`: the app's files, tabs, and the editor, which is loaded when it is first shown. */
import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { activeFile, dirty, editor, editorMounted, forgetMark, marks, open, save, saving, typed } from "./code.ts";
import { CodeStatus, cursor } from "./code_status.tsx";
import { findings, startFindings } from "./findings.ts";
import { startFormatting } from "./formatting.ts";
import { Button, Empty, IconButton } from "./controls.tsx";
import { DiskBar } from "./disk_bar.tsx";
import { filesOpen } from "./file_actions.tsx";
import { FilePreview } from "./file_preview.tsx";
import { FileTabs } from "./file_tabs.tsx";
import { FilesSide } from "./file_tree.tsx";
import { back, follow, namesSomething } from "./follow.ts";
import { linkedIn, showHandlerLog } from "./handler_marks.ts";
import { ICONS } from "./icons.tsx";
import { startInstalled } from "./installed.ts";
import { followKeys } from "./key_choice.ts";
import { renamed, showReferences } from "./renames.ts";
import type { BuilderSocket } from "./socket.ts";
import { toastError } from "./toast.tsx";

interface CodePaneProps {
  socket: BuilderSocket;
  hidden: boolean;
  style: string;
  /** What stands at the end of its head when it has its place for itself. */
  controls: ComponentChildren;
}

export function CodePane({ socket, hidden, style, controls }: CodePaneProps) {
  const host = useRef<HTMLDivElement>(null);
  const wanted = useRef(false);

  useEffect(() => {
    // What nobody has looked at yet is not loaded.
    if (hidden || wanted.current) return;
    wanted.current = true;
    const ask = (method: string, params: object): Promise<unknown> => socket.request(method, params);
    startFindings(ask, (path) => editor.peek()?.textOf(path));
    startFormatting(ask);
    startInstalled(ask);
    import("./editor.ts").then(
      ({ createEditor }) => {
        const made = createEditor({
          host: host.current!,
          typed,
          save: () => void save(),
          moved: (line, column) => (cursor.value = { line, column }),
          edited: forgetMark,
          linkClicked: showHandlerLog,
          rename: (path, line, character) => (renamed.value = { path, line, character }),
          references: (path, text, line, character) => void showReferences(ask, path, text, line, character),
          follow: (path, text, target) => void follow(ask, path, text, target),
          known: namesSomething,
          back,
          ask,
        });
        editorMounted(made);
        followMarks();
        followKeys(made, () => void save());
      },
      (error: unknown) => {
        wanted.current = false;
        toastError(error);
      },
    );
  }, [hidden]);

  const file = activeFile.value;
  return (
    <section class="region code-pane" aria-label="Code" data-pane="code" hidden={hidden} style={style}>
      <header class="region-head pane-head">
        <IconButton icon={ICONS.files} label="Files" keys="Ctrl+B" tip="All files of the app" pressed={filesOpen.value} onClick={() => (filesOpen.value = !filesOpen.value)} />
        <FileTabs />
        <span class="spring" />
        <Button
          icon={ICONS.save}
          label="Save"
          keys="Ctrl+S"
          class="small"
          disabled={saving.value || !file || !dirty.value.has(file.path)}
          onClick={() => void save()}
        />
        {controls}
      </header>
      <div class="code-body">
        <FilesSide />
        <div class="code-main">
          <DiskBar />
          <div class="editor-host" ref={host} hidden={file?.kind !== "text"} />
          {file && file.kind !== "text" && <FilePreview key={file.path} file={file} />}
          {!file && (
            <Empty icon={ICONS.file} title="No file is open">
              Choose one from the files, or press Ctrl+K and type its name.
              <Button label="Show the files" class="small" onClick={() => (filesOpen.value = true)} />
            </Empty>
          )}
          <CodeStatus />
        </div>
      </div>
    </section>
  );
}

/** Errors and lightning marks follow the store, file by file, as long as the page is open. */
function followMarks(): void {
  effect(() => {
    for (const path of open.value.keys()) editor.value?.setFindings(path, findings.value.get(path) ?? []);
  });
  effect(() => {
    for (const path of open.value.keys()) editor.value?.setMarks(path, marks.value.filter((mark) => mark.path === path));
  });
  followLinked();
}

/** Events may come by the hundred: what they change in the margin is drawn when there is time. */
function followLinked(): void {
  let timer = 0;
  effect(() => {
    const all = [...open.value.keys()].map((path) => [path, linkedIn(path)] as const);
    clearTimeout(timer);
    timer = window.setTimeout(() => all.forEach(([path, linked]) => editor.peek()?.setLinked(path, linked)));
  });
}
