/** A frame of the app in a part of the canvas: at a true width, made smaller where there is no room for it. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "./controls.tsx";
import { ICONS } from "./icons.tsx";
import type { Signal } from "@preact/signals";

export const WIDTHS = [
  { width: 390, label: "Phone, 390 px", icon: ICONS.phone },
  { width: 820, label: "Tablet, 820 px", icon: ICONS.tablet },
  { width: 1280, label: "Desktop, 1280 px", icon: ICONS.monitor },
  { width: 0, label: "Free width", icon: ICONS.stretch },
];

const MARGIN_PX = 16;

/** Where a frame stands in its room, in pixels of the room; `width` and `height` are the frame's own, before `scale`. */
export interface Fit {
  width: number;
  height: number;
  left: number;
  top: number;
  scale: number;
}

/** Fit a page that wants `wanted` pixels (0: all there is) into a room. */
export function fit(wanted: number, room: { width: number; height: number }): Fit {
  if (!wanted) return { ...room, left: 0, top: 0, scale: 1 };
  const scale = room.width ? Math.min(1, (room.width - 2 * MARGIN_PX) / wanted) : 1;
  const height = Math.max(0, room.height - 2 * MARGIN_PX) / scale;
  return { width: wanted, height, left: Math.max(MARGIN_PX, (room.width - wanted * scale) / 2), top: MARGIN_PX, scale };
}

export function frameStyle({ width, height, left, top, scale }: Fit): string {
  return `width:${width}px;height:${height}px;left:${left}px;top:${top}px;transform:scale(${scale})`;
}

/** The size of an element, in pixels, as it is now. */
export function useSize(element: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const watched = element.current!;
    const observer = new ResizeObserver(() => setSize({ width: watched.clientWidth, height: watched.clientHeight }));
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return size;
}

export function WidthButtons({ name, width: chosen }: { name: string; width: Signal<number> }) {
  return (
    <div class="segmented" role="group" aria-label={name}>
      {WIDTHS.map(({ width, label, icon }) => (
        <IconButton key={width} icon={icon} label={label} pressed={chosen.value === width} onClick={() => (chosen.value = width)} />
      ))}
    </div>
  );
}

export function ScaleNote({ wanted, scale }: { wanted: number; scale: number }) {
  if (!wanted) return null;
  return (
    <span class="scale-note">
      {wanted} px{scale < 1 ? ` · ${Math.round(scale * 100)} %` : ""}
    </span>
  );
}
