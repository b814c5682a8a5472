/** The pane `Code`: the app's files, tabs, and the editor, which is loaded when it is first shown. */
import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { activeFile, dirty, editor, editorMounted, forgetMark, marks, open, openHandler, save, saving, typed } from "./code.ts";
import { CodeStatus, cursor } from "./code_status.tsx";
import { findings, startFindings } from "./findings.ts";
import { startFormatting } from "./formatting.ts";
import { Button, Empty, IconButton } from "./controls.tsx";
import { usesOf } from "./changes.ts";
import type { Linked } from "./editor.ts";
import { DiskBar } from "./disk_bar.tsx";
import { filesOpen } from "./file_actions.tsx";
import { FilePreview } from "./file_preview.tsx";
import { FileTabs } from "./file_tabs.tsx";
import { FilesSide } from "./file_tree.tsx";
import { ICONS } from "./icons.tsx";
import { renamed, showReferences } from "./renames.ts";
import { fired, handlers, pages } from "./store.ts";
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

  useEffect(() => {
    let disposed = false;
    const ask = (method: string, params: object): Promise<unknown> => socket.request(method, params);
    startFindings(ask, (path) => editor.peek()?.textOf(path));
    startFormatting(ask);
    let stop = (): void => undefined;
    import("./editor.ts").then(({ createEditor }) => {
      if (disposed || !host.current || editor.peek()) return;
      const made = createEditor({
        host: host.current,
        typed,
        save: () => void save(),
        moved: (line, column) => (cursor.value = { line, column }),
        edited: forgetMark,
        linkClicked: (handler) => void openHandler(handler),
        rename: (path, line, character) => (renamed.value = { path, line, character }),
        references: (path, text, line, character) => void showReferences(ask, path, text, line, character),
        ask,
      });
      editorMounted(made);
      stop = followMarks();
    }, toastError);
    return () => {
      disposed = true;
      stop();
    };
  }, []);

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

/** Errors and lightning marks follow the store, file by file. */
function followMarks(): () => void {
  const stops = [
    effect(() => {
      for (const path of open.value.keys()) editor.value?.setFindings(path, findings.value.get(path) ?? []);
    }),
    effect(() => {
      for (const path of open.value.keys()) editor.value?.setMarks(path, marks.value.filter((mark) => mark.path === path));
    }),
    effect(() => {
      for (const path of open.value.keys()) editor.value?.setLinked(path, linkedIn(path));
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function linkedIn(path: string): Linked[] {
  return handlers.value
    .filter((handler) => handler.own && handler.file === path)
    .flatMap((handler) => {
      const uses = usesOf(pages.value, handler.name);
      if (!uses.length) return [];
      const last = uses.map((use) => fired.value.get(`${use.id} ${use.event}`)).find((each) => each !== undefined);
      const timing = last ? `, last ${last.run_ms.toFixed(1)} ms` : "";
      return [{ line: handler.line, handler: handler.name, label: `${uses.map((use) => `${use.id} ${use.event}`).join(", ")}${timing}` }];
    });
}
