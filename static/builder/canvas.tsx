/** The pane `Canvas`: the live app in its frame, and above it what the Builder draws. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { part } from "../app/later.tsx";
import { canvasSurface, focusFrame, setPreview, tell } from "./agent_link.ts";
import type { Api } from "./api.ts";
import { fit, frameStyle, ScaleNote, useSize } from "./app_frame.tsx";
import { find, nameOf } from "./changes.ts";
import { Button, Splitter } from "./controls.tsx";
import { drag, registerSurface } from "./drag.ts";
import { EmptyPage } from "./empty_page.tsx";
import { LaterView } from "./later.tsx";
import { previewWidth, secondShare, secondUser } from "./layout.ts";
import type { LayoutItem, Rect } from "./protocol.ts";
import { RenameInput } from "./rename_input.tsx";
import { alsoSelected, broken, brokenShown, catalogue, current, hovered, layout, outlined, renaming, selected, status, useApp } from "./store.ts";
import { reported } from "./toast.tsx";

const brokenPages = part(() => import("./broken_pages.tsx"));
const second = part(() => import("./second_user.tsx"));

const url = signal("");

export function startPreview(address: string): void {
  url.value = address;
}

/** A fresh one-time address, when the frame has lost its way in. */
export async function reloadPreview(api: Api): Promise<void> {
  const next = await reported(api.preview());
  if (next) url.value = next.url;
}

export function Canvas({ api }: { api: Api }) {
  const whole = useRef<HTMLElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const size = useSize(room);

  useEffect(() => registerSurface("canvas", canvasSurface(() => frame.current?.getBoundingClientRect() ?? null)), []);

  const wanted = previewWidth.value;
  const place = fit(wanted, size);
  const { width, height, left, top, scale } = place;

  useEffect(() => {
    setPreview(frame.current ? { frame: frame.current, scale } : null, url.value);
    tell({ type: "measure" });
  }, [scale, width, height, url.value]);

  const never = status.value.generation === null && (status.value.state === "failed" || status.value.state === "crashed" || status.value.state === "stopped");
  return (
    <section ref={whole} class={`region canvas ${useApp.value ? "using" : ""}`} aria-label="Canvas">
      <div class="canvas-room" ref={room}>
        {url.value && size.width > 0 && (
          <iframe
            ref={frame}
            class={wanted ? "framed" : ""}
            title="App"
            src={url.value}
            allow="camera; microphone; clipboard-write"
            onLoad={() => tell({ type: "connect" })}
            style={frameStyle(place)}
          />
        )}
        <div class="overlay" aria-hidden="true" style={`left:${left}px;top:${top}px;width:${width * scale}px;height:${height * scale}px`}>
          <Outlines scale={scale} width={width * scale} />
        </div>
        <div class="overlay" style={`left:${left}px;top:${top}px;width:${width * scale}px;height:${height * scale}px`}>
          <RenameTag scale={scale} width={width * scale} />
        </div>
        <ScaleNote wanted={wanted} scale={scale} />
        {!never && broken.value.length > 0 && <LaterView part={brokenPages}>{(views) => <views.BrokenPages api={api} />}</LaterView>}
        {!never && brokenShown.value === null && <EmptyPage />}
        {never && (
          <div class="canvas-note">
            <b>{status.value.state === "stopped" ? "The app is stopped." : "The app could not be started."}</b>
            <span>{status.value.state === "stopped" ? "Restart it to use it here." : "The log says why. Mend the code and save: it starts by itself."}</span>
            {status.value.state === "stopped" && <Button label="Start" class="primary" onClick={() => void reported(api.restart())} />}
          </div>
        )}
      </div>
      {secondUser.value && (
        <>
          <Splitter label="Width of the second user" axis="x" value={secondShare.value} min={20} max={80} invert scale={100 / Math.max(1, whole.current?.clientWidth ?? 1)} onChange={(value) => (secondShare.value = value)} />
          <LaterView part={second}>{(views) => <views.SecondUser api={api} style={`flex-basis:${secondShare.value}%`} />}</LaterView>
        </>
      )}
    </section>
  );
}

function Outlines({ scale, width }: { scale: number; width: number }) {
  const items = layout.value?.items ?? [];
  const page = current.value?.page;
  const dragging = drag.value !== null;
  if (!page || layout.value?.page !== current.value?.key) return null;
  const itemOf = (id: string | null): LayoutItem | undefined => (id ? items.find((item) => item.id === id) : undefined);
  // Of a tab that isn't open there is its button only.
  const handleOf = (id: string | null) => layout.value?.handles.find((handle) => handle.id === id)?.rect;
  const over = dragging || useApp.value || hovered.value === selected.value ? undefined : itemOf(hovered.value);
  const overHandle = !over && !dragging && !useApp.value && hovered.value !== selected.value ? handleOf(hovered.value) : undefined;
  const chosen = itemOf(selected.value);
  const component = chosen && find(page, chosen.id);
  return (
    <>
      {over && over.type !== "page" && <div class="outline outline-hover" style={boxStyle(over.rect, scale)} />}
      {overHandle && <div class="outline outline-hover" style={boxStyle(overHandle, scale)} />}
      {outlined.value.map((id) => {
        const rect = itemOf(id)?.rect ?? handleOf(id);
        return rect && <div key={id} class="outline outline-pointed" data-outlined={id} style={boxStyle(rect, scale)} />;
      })}
      {alsoSelected.value.map((id) => {
        const rect = itemOf(id)?.rect ?? handleOf(id);
        return rect && <div key={id} class="outline outline-selected" style={boxStyle(rect, scale)} />;
      })}
      {chosen && component && (
        <div class={`outline outline-selected ${chosen.type === "page" ? "outline-page" : ""}`} style={boxStyle(chosen.rect, scale)}>
          {chosen.type !== "page" && !useApp.value && !dragging && (
            <span class={`name-tag ${tagPlace(chosen.rect, scale, width)}`}>
              {catalogue.value[chosen.type]?.title ?? chosen.type}
              <span class="mono">{chosen.id}</span>
            </span>
          )}
        </div>
      )}
    </>
  );
}

/** The new id of a component, typed where its name tag is. */
function RenameTag({ scale, width }: { scale: number; width: number }) {
  const id = renaming.value?.where === "canvas" ? renaming.value.id : null;
  const rect = layout.value?.items.find((item) => item.id === id)?.rect;
  if (!id || !rect) return null;
  return (
    <div class="rename-place" style={boxStyle(rect, scale)}>
      <div class={`rename-tag ${tagPlace(rect, scale, width)}`}>
        <RenameInput id={id} done={focusFrame} />
      </div>
    </div>
  );
}

/** Where there is no room above or to the right, a name tag stands inside or ends with its box. */
function tagPlace(rect: Rect, scale: number, width: number): string {
  return `${rect.y * scale < 22 ? "inside" : ""} ${rect.x * scale > width - 160 ? "to-left" : ""}`;
}

function boxStyle(rect: Rect, scale: number): string {
  return `transform:translate(${rect.x * scale}px,${rect.y * scale}px);width:${rect.width * scale}px;height:${rect.height * scale}px`;
}

/** Above everything while something is dragged: takes the pointer from the frame, draws the mark and what is carried. */
export function DragLayer() {
  const now = drag.value;
  if (!now) return null;
  const { target, point, dragged } = now;
  const page = current.value?.page;
  const carried = dragged.kind === "existing" && page ? find(page, dragged.id) : null;
  const title = carried && page ? nameOf(page, carried, catalogue.value) : (catalogue.value[dragged.type]?.title ?? dragged.type);
  const vertical = target ? target.line.height === 0 : true;
  return (
    <div class={`drag-layer ${target?.refused ? "refused" : ""} ${now.inFrame ? "in-frame" : ""}`}>
      {target && <div class={`drop-parent ${target.refused ? "refused" : ""}`} style={boxStyle(target.parent, 1)} />}
      {target && !target.refused && (
        <div
          class={`drop-line ${vertical ? "across" : "down"}`}
          style={`transform:translate(${target.line.x}px,${target.line.y}px);${vertical ? `width:${target.line.width}px` : `height:${target.line.height}px`}`}
        />
      )}
      <div class="carried" style={`transform:translate(${point.x + 12}px,${point.y + 14}px)`}>
        <span class="carried-name">
          {now.copy && dragged.kind === "existing" ? "Copy of " : ""}
          {title}
        </span>
        {target && <span class={target.refused ? "carried-no" : "carried-where"}>{target.words}</span>}
      </div>
    </div>
  );
}
