/** The menu of a file or folder in the tree. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { duplicate, isFolder, naming, openRow, rawAddress, remove, startNaming } from "./file_actions.tsx";
import { nameOf } from "./file_rows.ts";
import { versionsOf } from "./dialogs.ts";
import { copyOut } from "./toast.tsx";

/** What the menu is about, and where it stands. */
export const menu = signal<{ path: string; x: number; y: number } | null>(null);

export function RowMenu({ path, x, y, choose, done }: { path: string; x: number; y: number; choose: (folder: string) => void; done: () => void }) {
  const root = useRef<HTMLDivElement>(null);
  const folder = isFolder(path);
  const close = (): void => {
    menu.value = null;
    done();
  };
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    // Within the window, whatever is below.
    element.style.top = `${Math.min(y, window.innerHeight - element.offsetHeight - 8)}px`;
    element.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const outside = (event: Event): void => {
      if (!element.contains(event.target as Node)) menu.value = null;
    };
    window.addEventListener("pointerdown", outside);
    return () => window.removeEventListener("pointerdown", outside);
  }, [path, x, y]);
  const items: [string, string, () => void][] = [
    ...(folder
      ? ([
          ["New file", "", () => startNaming("file", path)],
          ["New folder", "", () => startNaming("folder", path)],
          ["Upload files here", "", () => choose(path)],
        ] as [string, string, () => void][])
      : ([
          ["Open", "Enter", () => openRow(path, true)],
          ["Versions", "", () => (versionsOf.value = path)],
          ["Duplicate", "Ctrl+D", () => void duplicate(path)],
          ["Download", "", () => download(path)],
        ] as [string, string, () => void][])),
    ["Copy the path", "", () => copyOut(path, "The path is on the clipboard.")],
    ...(path === "main.py"
      ? []
      : ([
          ["Rename", "F2", () => (naming.value = { path })],
          ["Delete", "Del", () => void remove(path)],
        ] as [string, string, () => void][])),
  ];
  const step = (by: number): void => {
    const all = [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    all[(all.indexOf(document.activeElement as HTMLElement) + by + all.length) % all.length]?.focus();
  };
  return (
    <div
      ref={root}
      class="popover file-menu"
      role="menu"
      aria-label={`Commands for ${path}`}
      style={`left:${x}px;top:${y}px`}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown") step(1);
        else if (event.key === "ArrowUp") step(-1);
        else if (event.key === "Escape" || event.key === "Tab") close();
        else if (event.key !== "Enter" && event.key !== " ") return;
        else return event.stopPropagation();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map(([label, keys, run]) => (
        <button
          key={label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class="menu-item"
          onClick={() => {
            close();
            run();
          }}
        >
          <span>{label}</span>
          <span class="spring" />
          {keys && <kbd>{keys}</kbd>}
        </button>
      ))}
    </div>
  );
}

function download(path: string): void {
  const link = document.createElement("a");
  link.href = rawAddress(path);
  link.download = nameOf(path);
  link.click();
}
