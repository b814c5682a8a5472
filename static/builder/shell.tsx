/** The whole page: where the panes are, and the lines between them. */
import type { Api } from "./api.ts";
import { Canvas, DragLayer } from "./canvas.tsx";
import { CodePane } from "./code_pane.tsx";
import { Button, Splitter } from "./controls.tsx";
import { Events } from "./events.tsx";
import { Finder, KeysSheet } from "./finder.tsx";
import { ICONS } from "./icons.tsx";
import { bottomHeight, codeOpen, codeShare, eventsHeight, leftWidth, logOpen, paletteHeight, rightWidth } from "./layout.ts";
import { Palette } from "./palette.tsx";
import { Settings } from "./settings.tsx";
import { SidePane } from "./side_pane.tsx";
import type { BuilderSocket } from "./socket.ts";
import { connected, loadProblem, readOnly } from "./store.ts";
import { ReferencesDialog, RenameDialog } from "./rename_dialog.tsx";
import { ThemeDialog } from "./theme_dialog.tsx";
import { Toasts } from "./toast.tsx";
import { TopBar } from "./top_bar.tsx";
import { Tree } from "./tree.tsx";

export function Shell({ api, socket }: { api: Api; socket: BuilderSocket }) {
  const bottom = codeOpen.value || logOpen.value;
  return (
    <div class="shell">
      <TopBar api={api} />
      <ConnectionBar />
      <div class="below">
        <aside class="left" aria-label="Structure" style={`width:${leftWidth.value}px`}>
          <Tree />
          <Splitter label="Height of the palette" axis="y" value={paletteHeight.value} min={120} max={700} invert onChange={(value) => (paletteHeight.value = value)} />
          <Palette style={`height:${paletteHeight.value}px`} />
        </aside>
        <Splitter label="Width of the left side" axis="x" value={leftWidth.value} min={200} max={480} onChange={(value) => (leftWidth.value = value)} />
        <div class="work">
          <div class="upper">
            <main class="centre">
              <Canvas api={api} />
            </main>
            <Splitter label="Width of the right side" axis="x" value={rightWidth.value} min={260} max={560} invert onChange={(value) => (rightWidth.value = value)} />
            <aside class="right" aria-label="Selection" style={`width:${rightWidth.value}px`}>
              <Settings />
              <Splitter label="Height of the events" axis="y" value={eventsHeight.value} min={100} max={600} invert onChange={(value) => (eventsHeight.value = value)} />
              <Events api={api} style={`height:${eventsHeight.value}px`} />
            </aside>
          </div>
          {bottom && <Splitter label="Height of code and log" axis="y" value={bottomHeight.value} min={120} max={700} invert onChange={(value) => (bottomHeight.value = value)} />}
          <div class={`bottom ${bottom ? "" : "shut"}`} style={bottom ? `height:${bottomHeight.value}px` : ""}>
            <CodePane socket={socket} />
            {codeOpen.value && logOpen.value && (
              <Splitter label="Width of the code" axis="x" value={codeShare.value} min={20} max={80} scale={100 / Math.max(1, window.innerWidth - leftWidth.value)} onChange={(value) => (codeShare.value = value)} />
            )}
            <SidePane />
            {!(codeOpen.value && logOpen.value) && (
              <div class="shut-panes">
                {!codeOpen.value && <Button icon={ICONS.panelOpen} label="Code" keys="Ctrl+1" class="small" onClick={() => (codeOpen.value = true)} />}
                {!logOpen.value && <Button icon={ICONS.panelOpen} label="Log" keys="Ctrl+2" class="small" onClick={() => (logOpen.value = true)} />}
              </div>
            )}
          </div>
        </div>
      </div>
      <DragLayer />
      <ThemeDialog api={api} />
      <RenameDialog />
      <ReferencesDialog />
      <Finder />
      <KeysSheet />
      <Toasts />
    </div>
  );
}

function ConnectionBar() {
  if (loadProblem.value) {
    return (
      <div class="bar bar-bad" role="alert">
        <span>{loadProblem.value}</span>
        <Button label="Try again" class="small" onClick={() => location.reload()} />
      </div>
    );
  }
  if (connected.value && readOnly.value) {
    return (
      <div class="bar bar-warn" role="alert">
        <span>{readOnly.value}</span>
      </div>
    );
  }
  if (connected.value) return null;
  return (
    <div class="bar bar-warn" role="alert">
      <span>The connection to the Builder's service is lost; trying again. What you type is kept in this browser. If the command was started anew, open the address that it printed.</span>
    </div>
  );
}
