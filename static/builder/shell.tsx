/** The whole page: where the panes are, and the lines between them. */
import type { Api } from "./api.ts";
import { Canvas, DragLayer } from "./canvas.tsx";
import { anyDialog, dialogViews } from "./dialogs.ts";
import { Dock } from "./dock.tsx";
import { Button, Splitter } from "./controls.tsx";
import { Events } from "./events.tsx";
import { Finder } from "./finder.tsx";
import { LaterOverlay } from "./later.tsx";
import { dock, eventsHeight, leftWidth, paletteHeight, rightWidth } from "./layout.ts";
import { Palette } from "./palette.tsx";
import { Settings } from "./settings.tsx";
import type { BuilderSocket } from "./socket.ts";
import { connected, loadProblem, readOnly } from "./store.ts";
import { QuestionDialog } from "./question.tsx";
import { Toasts } from "./toast.tsx";
import { TopBar } from "./top_bar.tsx";
import { Tree } from "./tree.tsx";

export function Shell({ api, socket }: { api: Api; socket: BuilderSocket }) {
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
        <div class={`work ${dock.value.enlarged ? "pane-large" : ""}`}>
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
          <Dock socket={socket} />
        </div>
      </div>
      <DragLayer />
      <Dialogs api={api} />
      <QuestionDialog />
      <Finder />
      <Toasts />
    </div>
  );
}

/** From the first that was asked for. */
function Dialogs({ api }: { api: Api }) {
  return anyDialog.value ? <LaterOverlay part={dialogViews}>{(views) => <views.Dialogs api={api} />}</LaterOverlay> : null;
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
