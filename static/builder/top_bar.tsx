/** The bar on top: pages, widths of the preview, what the app's process does, and the commands of every day. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Api } from "./api.ts";
import { WidthButtons } from "./app_frame.tsx";
import { openFrame, savingShown } from "./code.ts";
import { Button, IconButton } from "./controls.tsx";
import { createPage, freePageKey, redo, undo } from "./edits.ts";
import { Icon, ICONS } from "./icons.tsx";
import { finderOpen } from "./keys.ts";
import { openApp } from "./open_app.ts";
import { nextTheme, previewWidth, secondUser, theme } from "./layout.ts";
import type { Status } from "./protocol.ts";
import { appName, broken, brokenShown, current, pages, showPage, status, useApp } from "./store.ts";
import { keysOpen, themeOpen } from "./dialogs.ts";
import { reported } from "./toast.tsx";

export function TopBar({ api }: { api: Api }) {
  const page = current.value;
  const stopped = status.value.state === "stopped";
  return (
    <header class="top-bar">
      <div class="top-left">
        <span class="app-name" data-tip={`The app “${appName.value}”`}>
          {appName.value || "Mainspring"}
        </span>
        <PageTabs />
      </div>
      <div class="top-middle">
        <WidthButtons name="Width of the preview" width={previewWidth} />
        <Button
          icon={ICONS.pointer}
          label="Use app"
          keys="P"
          tip="Every click acts in the app instead of selecting"
          class="toggle"
          pressed={useApp.value}
          onClick={() => (useApp.value = !useApp.value)}
        />
        <IconButton
          icon={ICONS.users}
          label="Second user"
          keys="U"
          tip="Another user of the app, in a session of their own beside the canvas"
          pressed={secondUser.value}
          onClick={() => (secondUser.value = !secondUser.value)}
        />
      </div>
      <div class="top-right">
        <StatusChip />
        <div class="button-row">
          <IconButton icon={ICONS.stop} label="Stop" tip="Stop the app's process" disabled={stopped} onClick={() => void reported(api.stop())} />
          <IconButton icon={ICONS.restart} label="Restart" tip={stopped ? "Start the app's process" : "Restart the app's process"} onClick={() => void reported(api.restart())} />
        </div>
        <span class="divider" />
        <div class="button-row">
          <IconButton icon={ICONS.undo} label="Undo" keys="Ctrl+Z" tip={page?.undo ? `Undo: ${page.undo}` : "Nothing to undo"} disabled={!page?.undo} onClick={undo} />
          <IconButton icon={ICONS.redo} label="Redo" keys="Ctrl+Shift+Z" tip={page?.redo ? `Redo: ${page.redo}` : "Nothing to redo"} disabled={!page?.redo} onClick={redo} />
        </div>
        <span class="divider" />
        <div class="button-row">
          <IconButton icon={ICONS.search} label="Go to" keys="Ctrl+K" tip="Go to a page, component, handler, file or command" onClick={() => (finderOpen.value = "all")} />
          <IconButton icon={ICONS.palette} label="Theme of the app" keys="T" pressed={themeOpen.value} onClick={() => (themeOpen.value = !themeOpen.value)} />
          <IconButton icon={ICONS.keyboard} label="Keyboard shortcuts" keys="?" onClick={() => (keysOpen.value = true)} />
          <IconButton
            icon={theme.value === "system" ? ICONS.sunMoon : theme.value === "light" ? ICONS.sun : ICONS.moon}
            label={`Theme of the Builder: ${theme.value}`}
            onClick={nextTheme}
          />
        </div>
        <Button icon={ICONS.external} label="Open app" keys="Ctrl+Enter" tip="Open the app in a tab of its own" class="secondary" onClick={() => void openApp()} />
      </div>
    </header>
  );
}

function PageTabs() {
  return (
    <nav class="page-tabs" aria-label="Pages">
      {pages.value.map(({ key, page }) => (
        <button
          key={key}
          type="button"
          class="page-tab"
          aria-current={key === current.value?.key ? "page" : undefined}
          data-tip={typeof page.fields?.["title"] === "string" && page.fields["title"] ? page.fields["title"] : `Page ${key}`}
          onClick={() => {
            brokenShown.value = null;
            showPage(key);
          }}
        >
          {key}
        </button>
      ))}
      {broken.value.map((each) => (
        <button
          key={each.key}
          type="button"
          class="page-tab broken"
          data-tip={`${each.file}, line ${each.line}: ${each.message}`}
          aria-pressed={brokenShown.value === each.key}
          onClick={() => (brokenShown.value = brokenShown.value === each.key ? null : each.key)}
        >
          <Icon icon={ICONS.alert} /> {each.key}
        </button>
      ))}
      <AddPage />
    </nav>
  );
}

const adding = signal(false);

function AddPage() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), [adding.value]);
  if (!adding.value) return <IconButton icon={ICONS.plus} label="Add page" onClick={() => (adding.value = true)} />;
  const done = async (name: string): Promise<void> => {
    adding.value = false;
    const key = name.trim().toLowerCase().replace(/[^a-z0-9_-]+/g, "_");
    const made = key ? await createPage(key, name.trim()) : null;
    if (made) showPage(made);
  };
  return (
    <input
      ref={input}
      class="page-name"
      aria-label="Name of the new page"
      value={freePageKey()}
      onKeyDown={(event) => {
        if (event.key === "Enter") void done(event.currentTarget.value);
        if (event.key === "Escape") adding.value = false;
      }}
      onBlur={() => (adding.value = false)}
    />
  );
}

// --- status ----------------------------------------------------------------------------------------

const detailsOpen = signal(false);

/** What the chip says, and how it says it. */
export function chipText(now: Status): { text: string; tone: "good" | "busy" | "bad" | "off" } {
  if (!now.responding) return { text: "not responding", tone: "bad" };
  switch (now.state) {
    case "starting":
      return { text: now.generation === null ? "starting" : "starting the new version", tone: "busy" };
    case "checking":
      return { text: "checking", tone: "busy" };
    case "live": {
      const kept = now.kept ? `, kept ${now.kept} ${now.kept === 1 ? "state" : "states"}` : "";
      return { text: now.ms === null ? `live${kept}` : `live in ${now.ms < 10 ? now.ms.toFixed(1) : Math.round(now.ms)} ms${kept}`, tone: "good" };
    }
    case "failed":
      return { text: now.generation === null ? "failed" : `failed — version ${now.generation} still serves`, tone: "bad" };
    case "crashed":
      return { text: "crashed", tone: "bad" };
    case "stopped":
      return { text: "stopped", tone: "off" };
  }
}

function StatusChip() {
  const now = status.value;
  const { text, tone } = savingShown.value ? ({ text: "saving", tone: "busy" } as const) : chipText(now);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!detailsOpen.value) return;
    const close = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !root.current?.contains(event.target as Node)) detailsOpen.value = false;
    };
    window.addEventListener("pointerdown", close);
    window.addEventListener("keydown", close);
    return () => {
      window.removeEventListener("pointerdown", close);
      window.removeEventListener("keydown", close);
    };
  }, [detailsOpen.value]);
  const dropped = Object.entries(now.dropped ?? {});
  return (
    <div class="chip-holder" ref={root}>
      <div role="status" aria-label="App">
        <button type="button" class={`chip chip-${tone}`} aria-expanded={detailsOpen.value} data-tip="Details" onClick={() => (detailsOpen.value = !detailsOpen.value)}>
          <span class="dot" aria-hidden="true" />
          <span class="chip-text">{text}</span>
        </button>
      </div>
      {detailsOpen.value && (
        <div class="popover chip-details" role="dialog" aria-label="Status of the app">
          <p class="popover-title">{now.generation === null ? "No version is running" : `Version ${now.generation} is running`}</p>
          {now.message && <p>{now.message}</p>}
          {now.error && (
            <>
              <p class="error-line">
                <b>{now.error.type}</b> {now.error.message}
              </p>
              {now.error.frames.filter((frame) => frame.owner === "app").map((frame, i) => (
                <button key={i} type="button" class="link mono" onClick={() => openFrame(frame)}>
                  {frame.file}:{frame.line}
                </button>
              ))}
            </>
          )}
          {now.state === "live" && <p class="quiet">{now.kept} state elements were taken over from the version before.</p>}
          {dropped.map(([key, why]) => (
            <p key={key} class="quiet">
              <code>{key}</code> was not kept: {why}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}
