/** The pane `Code`: tabs, what has happened to a file on disk, and the editor, which is loaded when it is first shown. */
import { effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { active, activeFile, closeFile, createFile, dirty, dropDraft, editorMounted, forgetMark, marks, open, openFile, openHandler, save, saving, sourceFiles, tabs, takeDisk, typed, editor } from "./code.ts";
import { CodeStatus, cursor } from "./code_status.tsx";
import { findings, startFindings } from "./findings.ts";
import { startFormatting } from "./formatting.ts";
import { Button, Empty, IconButton } from "./controls.tsx";
import { usesOf } from "./changes.ts";
import type { Linked } from "./editor.ts";
import { Icon, ICONS } from "./icons.tsx";
import { renamed, showReferences } from "./renames.ts";
import { connected, fired, handlers, pages } from "./store.ts";
import type { BuilderSocket } from "./socket.ts";
import { toastError } from "./toast.tsx";

const listOpen = signal(false);
const naming = signal(false);

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
        <FileTabs />
        <span class="spring" />
        <Button
          icon={ICONS.save}
          label="Save"
          keys="Ctrl+S"
          class="small"
          disabled={saving.value || !file || (!dirty.value.has(file.path) && file.conflict !== "gone")}
          onClick={() => void save()}
        />
        {controls}
      </header>
      <DiskBar />
      <div class="editor-host" ref={host} />
      {!file && (
        <Empty icon={ICONS.file} title="No file is open">
          Choose one of the app's files from the list above.
        </Empty>
      )}
      <CodeStatus />
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

function FileTabs() {
  return (
    <>
      <div class="file-tabs" role="tablist" aria-label="Open files">
        {tabs.value.map((path) => (
          <div key={path} class={`file-tab ${path === active.value ? "current" : ""}`}>
            <button
              type="button"
              role="tab"
              aria-selected={path === active.value}
              data-tip={path}
              onClick={() => void openFile(path, null, true)}
              onAuxClick={() => closeFile(path)}
              onKeyDown={(event) => event.key === "Delete" && (event.stopPropagation(), closeFile(path))}
            >
              {path}
              {dirty.value.has(path) && <span class="unsaved" role="img" aria-label="unsaved" data-tip="Not saved yet" />}
              {open.value.get(path)?.conflict && <Icon icon={ICONS.alert} size={12} />}
              {tabs.value.length > 1 && (
                <span class="tab-close" aria-hidden="true" data-tip="Close" data-keys="Del" onClick={(event) => (event.stopPropagation(), closeFile(path))}>
                  <Icon icon={ICONS.x} size={12} />
                </span>
              )}
            </button>
          </div>
        ))}
      </div>
      <FileList />
    </>
  );
}

function FileList() {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!listOpen.value) return;
    const close = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !root.current?.contains(event.target as Node)) {
        listOpen.value = false;
        naming.value = false;
      }
    };
    window.addEventListener("pointerdown", close);
    window.addEventListener("keydown", close);
    return () => {
      window.removeEventListener("pointerdown", close);
      window.removeEventListener("keydown", close);
    };
  }, [listOpen.value]);
  return (
    <div class="chip-holder" ref={root}>
      <IconButton icon={ICONS.chevronDown} label="Files" tip="All files of the app" pressed={listOpen.value} onClick={() => (listOpen.value = !listOpen.value)} />
      {listOpen.value && (
        <div class="popover file-list" role="menu" aria-label="Files">
          {sourceFiles.value.map(({ path }) => (
            <button
              key={path}
              type="button"
              role="menuitem"
              class="menu-item mono"
              onClick={() => {
                listOpen.value = false;
                void openFile(path, null, true);
              }}
            >
              {path}
            </button>
          ))}
          {naming.value ? (
            <input
              class="input mono"
              aria-label="Name of the new file"
              placeholder="helpers.py"
              ref={(element) => element?.focus()}
              onKeyDown={(event) => {
                const path = event.currentTarget.value.trim();
                if (event.key !== "Enter" || !path) return;
                naming.value = false;
                listOpen.value = false;
                void createFile(path.includes(".") ? path : `${path}.py`);
              }}
            />
          ) : (
            <button type="button" role="menuitem" class="menu-item" onClick={() => (naming.value = true)}>
              <Icon icon={ICONS.plus} size={14} /> New file
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function DiskBar() {
  const file = activeFile.value;
  if (!file) return null;
  if (file.conflict === "gone") {
    return (
      <div class="bar bar-warn" role="alert">
        <span>{file.path} was deleted on disk.</span>
        <Button label="Keep mine" class="small" tip="Write it anew" onClick={() => void save(file.path, true)} />
        <Button label="Close" class="small" onClick={() => (dropDraft(file.path), closeFile(file.path))} />
      </div>
    );
  }
  if (file.conflict) {
    return (
      <div class="bar bar-warn" role="alert">
        <span>{file.path} has changed on disk while you were editing it.</span>
        <Button label="Reload" class="small" tip="Take the version on disk; undo brings yours back" onClick={() => takeDisk(file.path)} />
        <Button label="Keep mine" class="small" tip="Write your version over it" onClick={() => void save(file.path, true)} />
      </div>
    );
  }
  if (file.restored && connected.value) {
    return (
      <div class="bar">
        <span>What you had typed and not saved was brought back.</span>
        <Button label="Discard" class="small" tip="Back to the saved text" onClick={() => dropDraft(file.path)} />
      </div>
    );
  }
  return null;
}
