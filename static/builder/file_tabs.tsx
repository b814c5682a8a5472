/** The open files as tabs: which is in front, which has unsaved work, which has changed on disk. */
import { useEffect, useRef } from "preact/hooks";
import { active, closeFile, dirty, open, openFile, tabs } from "./code.ts";
import { scrollSideways } from "./controls.tsx";
import { folderOf, nameOf } from "./file_rows.ts";
import { isInstalled, titleOf as titleOfInstalled } from "./installed.ts";
import { Icon, ICONS } from "./icons.tsx";

export function FileTabs() {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active.value]);
  return (
    <div ref={list} class="file-tabs" role="tablist" aria-label="Open files" onKeyDown={step} onWheel={scrollSideways}>
      {tabs.value.map((path) => (
        <div key={path} class={`file-tab ${path === active.value ? "current" : ""}`} role="presentation">
          <button
            type="button"
            role="tab"
            aria-selected={path === active.value}
            tabIndex={path === active.value ? 0 : -1}
            data-tip={path.includes("/") ? path : undefined}
            onClick={() => void openFile(path, null, true)}
            onAuxClick={(event) => event.button === 1 && void closeFile(path)}
            // Chromium would begin to scroll.
            onMouseDown={(event) => event.button === 1 && event.preventDefault()}
          >
            {titleOf(path)}
            {dirty.value.has(path) && <span class="unsaved" role="img" aria-label="unsaved" data-tip="Not saved yet" />}
            {open.value.get(path)?.conflict && <Icon icon={ICONS.alert} />}
            <span class="tab-close" aria-hidden="true" data-tip="Close" data-keys="Del" onClick={(event) => (event.stopPropagation(), void closeFile(path))}>
              <Icon icon={ICONS.x} />
            </span>
          </button>
        </div>
      ))}
    </div>
  );
}

/** The name, with its folder where two tabs would be called the same. */
function titleOf(path: string): string {
  if (isInstalled(path)) return titleOfInstalled(path);
  const name = nameOf(path);
  const same = tabs.value.filter((each) => nameOf(each) === name).length > 1;
  return same && folderOf(path) ? `${nameOf(folderOf(path))}/${name}` : name;
}

function step(event: KeyboardEvent): void {
  const all = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>("[role=tab]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const path = tabs.peek()[at];
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (path !== undefined && event.key === "Delete") void closeFile(path);
  else if (by && at >= 0) all[(at + by + all.length) % all.length]?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
