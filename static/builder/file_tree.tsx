/** The tree of the app's files beside the code, with the whole keyboard of the ARIA tree pattern. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { active, dirty } from "./code.ts";
import { Empty, IconButton, Splitter } from "./controls.tsx";
import { droppedFiles, duplicate, filesOpen, filesWidth, hiddenShown, isFolder, make, move, naming, newPlace, opened, openRow, remove, revealFile, selectedFile, setOpened, startNaming, upload, uploads } from "./file_actions.tsx";
import { menu, RowMenu } from "./file_menu.tsx";
import { NameInput } from "./file_name.tsx";
import { type FileRow, fileRows, folderOf, inFolder, isHidden, nameOf, rowNamed } from "./file_rows.ts";
import { Icon, ICONS } from "./icons.tsx";
import { files, filesComplete, folders } from "./store.ts";

const TYPED_MS = 700;
const MOVED_TYPE = "application/x-mainspring-file";

/** The folder that a drag is above; the app's own is empty. */
const dropAt = signal<string | null>(null);

export function FileTree() {
  const tree = useRef<HTMLDivElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const into = useRef("");
  const typed = useRef({ text: "", at: 0 });
  // What is in front is there in any case.
  const listed = hiddenShown.value ? files.value : files.value.filter(({ path }) => !isHidden(path) || path === active.value);
  const rows = fileRows(listed, folders.value, opened.value);
  const at = rows.findIndex((row) => row.path === selectedFile.value);
  const row = rows[at];

  useEffect(() => {
    if (active.value) revealFile(active.value);
  }, [active.value]);
  useEffect(() => {
    tree.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [selectedFile.value, rows.length]);

  const choose = (folder: string): void => {
    into.current = folder;
    chooser.current?.click();
  };
  const go = (to: number): void => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next) selectedFile.value = next.path;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as Element).tagName === "INPUT") return;
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at < 0 ? 0 : at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (event.key === "ArrowRight" && row) {
      if (row.folder && !row.opened) setOpened(row.path, true);
      else if (row.folder && rows[at + 1]?.level === row.level + 1) go(at + 1);
    } else if (event.key === "ArrowLeft" && row) {
      if (row.opened) setOpened(row.path, false);
      else if (row.level > 1) selectedFile.value = folderOf(row.path);
    } else if (event.key === "*" && row) {
      opened.value = new Set([...opened.value, ...rows.filter((each) => each.folder && folderOf(each.path) === folderOf(row.path)).map((each) => each.path)]);
    } else if ((event.key === "Enter" || event.key === " ") && row) {
      if (row.folder) setOpened(row.path, !row.opened);
      else openRow(row.path, event.key === "Enter");
    } else if (event.key === "F2" && row) naming.value = { path: row.path };
    else if ((event.key === "Delete" || event.key === "Backspace") && row) void remove(row.path);
    else if (ctrl && event.key.toLowerCase() === "d") {
      if (row && !row.folder) void duplicate(row.path);
    }
    else if ((event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) && row) openMenu(row.path, rowElement(tree.current, row.path));
    else if (event.key.length === 1 && !ctrl && !event.altKey) {
      const now = performance.now();
      typed.current = { text: now - typed.current.at < TYPED_MS ? typed.current.text + event.key : event.key, at: now };
      const found = rowNamed(rows, Math.max(0, at), typed.current.text);
      if (found >= 0) go(found);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    const folder = dropAt.value ?? "";
    dropAt.value = null;
    const path = event.dataTransfer?.getData(MOVED_TYPE);
    if (path) void move(path, inFolder(folder, nameOf(path)));
    else if (event.dataTransfer) void droppedFiles(event.dataTransfer.items).then((chosen) => upload(folder, chosen));
  };
  const fresh = naming.value && "kind" in naming.value ? naming.value : null;
  const freshAt = fresh ? (fresh.folder ? rows.findIndex((each) => each.path === fresh.folder) + 1 : 0) : -1;
  const shown = rows.map((each) => <TreeRow key={each.path} row={each} focusTree={() => tree.current?.focus()} />);
  if (fresh) shown.splice(freshAt, 0, <NewRow key="new" {...fresh} focusTree={() => tree.current?.focus()} />);
  return (
    <div class="files" style={`width:${filesWidth.value}px`}>
      <div class="files-head">
        <IconButton icon={ICONS.filePlus} label="New file" onClick={() => startNaming("file")} />
        <IconButton icon={ICONS.folderPlus} label="New folder" onClick={() => startNaming("folder")} />
        <IconButton icon={ICONS.upload} label="Upload files" tip="Upload files into the folder that is selected; or drop them here" onClick={() => choose(newPlace())} />
        <span class="spring" />
        <IconButton icon={ICONS.eye} label="Hidden files" tip="Show files that begin with a dot, such as .env" pressed={hiddenShown.value} onClick={() => (hiddenShown.value = !hiddenShown.value)} />
        <IconButton icon={ICONS.x} label="Hide the files" onClick={() => (filesOpen.value = false)} />
      </div>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          const chosen = [...(event.currentTarget.files ?? [])].map((file) => ({ path: file.name, file }));
          event.currentTarget.value = "";
          void upload(into.current, chosen);
        }}
      />
      <div
        ref={tree}
        class={`file-tree ${dropAt.value === "" ? "drop" : ""}`}
        role="tree"
        aria-label="Files"
        tabIndex={0}
        aria-activedescendant={row ? rowId(row.path) : undefined}
        onFocus={() => at < 0 && rows[0] && (selectedFile.value = active.value ?? rows[0].path)}
        onKeyDown={onKeyDown}
        onDragOver={(event) => {
          if (!event.dataTransfer?.types.some((type) => type === "Files" || type === MOVED_TYPE)) return;
          event.preventDefault();
          const path = (event.target as Element).closest<HTMLElement>("[data-path]")?.dataset["path"] ?? "";
          dropAt.value = isFolder(path) ? path : folderOf(path);
        }}
        onDragLeave={(event) => !tree.current?.contains(event.relatedTarget as Node) && (dropAt.value = null)}
        onDrop={onDrop}
      >
        {shown}
      </div>
      {!rows.length && <Empty title="No files">Make one, or drop some here.</Empty>}
      {!filesComplete.value && <p class="files-note">Only the first {files.value.length.toLocaleString("en")} files are listed.</p>}
      {uploads.value && (
        <p class="files-note" role="status">
          Uploading {uploads.value.done + 1} of {uploads.value.all} …
        </p>
      )}
      {menu.value && <RowMenu {...menu.value} choose={choose} done={() => tree.current?.focus()} />}
    </div>
  );
}

/** What stands beside the code while the tree is shown: it, and the line to size it by. */
export function FilesSide() {
  if (!filesOpen.value) return null;
  return (
    <>
      <FileTree />
      <Splitter label="Width of the files" axis="x" value={filesWidth.value} min={140} max={420} onChange={(value) => (filesWidth.value = value)} />
    </>
  );
}

const rowId = (path: string): string => `file-${path}`;
const rowElement = (tree: Element | null, path: string): Element | null => [...(tree?.querySelectorAll<HTMLElement>("[data-path]") ?? [])].find((each) => each.dataset["path"] === path) ?? null;

function openMenu(path: string, element: Element | null): void {
  const rect = element?.getBoundingClientRect();
  selectedFile.value = path;
  if (rect) menu.value = { path, x: rect.left + 24, y: rect.bottom };
}

function TreeRow({ row, focusTree }: { row: FileRow; focusTree: () => void }) {
  const { path, name, folder, level } = row;
  const renaming = naming.value && "path" in naming.value && naming.value.path === path;
  const open = (): void => (folder ? setOpened(path, !row.opened) : openRow(path, false));
  return (
    <div
      id={rowId(path)}
      data-path={path}
      class={`tree-row file-row ${folder && dropAt.value === path ? "drop" : ""} ${path === active.value ? "front" : ""}`}
      role="treeitem"
      aria-level={level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.opened ?? undefined}
      aria-selected={selectedFile.value === path}
      style={`padding-left: ${4 + (level - 1) * 12}px`}
      draggable={!renaming && path !== "main.py"}
      onDragStart={(event) => event.dataTransfer?.setData(MOVED_TYPE, path)}
      onClick={(event) => {
        if ((event.target as Element).closest("input, .row-more")) return;
        selectedFile.value = path;
        open();
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        selectedFile.value = path;
        menu.value = { path, x: event.clientX, y: event.clientY };
      }}
    >
      <span class="twist" aria-hidden="true">
        {folder && <Icon icon={row.opened ? ICONS.chevronDown : ICONS.chevronRight} />}
      </span>
      <Icon icon={folder ? ICONS.folder : iconOf(name)} />
      {renaming ? (
        <NameInput
          label={`New name of ${name}`}
          initial={name}
          folder={folderOf(path)}
          own={path}
          done={(to) => {
            naming.value = null;
            focusTree();
            if (to) void move(path, inFolder(folderOf(path), to));
          }}
        />
      ) : (
        <span class="file-name">{name}</span>
      )}
      {row.link && (
        <span class="file-link" role="img" aria-label={`a link to ${row.link}`} data-tip={`A link to ${row.link}`}>
          <Icon icon={ICONS.link} size={12} />
        </span>
      )}
      {dirty.value.has(path) && <span class="unsaved" role="img" aria-label="unsaved" />}
      {!renaming && (
        <span class="row-more" aria-hidden="true" data-tip="More" data-keys="Shift+F10" onClick={(event) => openMenu(path, event.currentTarget)}>
          <Icon icon={ICONS.ellipsis} />
        </span>
      )}
    </div>
  );
}

function NewRow({ folder, kind, focusTree }: { folder: string; kind: "file" | "folder"; focusTree: () => void }) {
  const level = folder ? folder.split("/").length + 1 : 1;
  return (
    <div class="tree-row file-row" style={`padding-left: ${4 + (level - 1) * 12}px`}>
      <span class="twist" />
      <Icon icon={kind === "folder" ? ICONS.folder : ICONS.file} />
      <NameInput
        label={`Name of the new ${kind}`}
        initial=""
        folder={folder}
        own=""
        done={(name) => {
          naming.value = null;
          focusTree();
          if (name) void make(folder, kind, name);
        }}
      />
    </div>
  );
}

function iconOf(name: string) {
  if (/\.(png|jpe?g|gif|webp|avif|bmp|svg|ico)$/i.test(name)) return ICONS.picture;
  return name.endsWith(".py") ? ICONS.file : ICONS.text;
}
