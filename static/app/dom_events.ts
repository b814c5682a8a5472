/** What events of the browser become on their way to a handler. */
import type { Json } from "./protocol.ts";

export interface Modifiers {
  ctrlKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

/** The payload of kind `click`. */
export function clickPayload({ ctrlKey, shiftKey, metaKey }: Modifiers): { [key: string]: Json } {
  return { ctrl_key: ctrlKey, shift_key: shiftKey, meta_key: metaKey };
}

/** The payload of kind `key`. */
export function keyPayload(event: Modifiers & { key: string }): { [key: string]: Json } {
  return { key: event.key, ...clickPayload(event) };
}

/** Property of the browser's event to its name in the payload. */
const PLAIN: readonly (readonly [string, string])[] = [
  ["type", "type"],
  ["detail", "detail"],
  ["key", "key"],
  ["code", "code"],
  ["repeat", "repeat"],
  ["ctrlKey", "ctrl_key"],
  ["shiftKey", "shift_key"],
  ["altKey", "alt_key"],
  ["metaKey", "meta_key"],
  ["button", "button"],
  ["buttons", "buttons"],
  ["clientX", "client_x"],
  ["clientY", "client_y"],
  ["offsetX", "offset_x"],
  ["offsetY", "offset_y"],
  ["pageX", "page_x"],
  ["pageY", "page_y"],
  ["movementX", "movement_x"],
  ["movementY", "movement_y"],
  ["deltaX", "delta_x"],
  ["deltaY", "delta_y"],
  ["pointerType", "pointer_type"],
  ["pressure", "pressure"],
  ["data", "data"],
  ["inputType", "input_type"],
];

/** Those of a fixed list of properties that `event` has, and the value of the input that it happened in. */
export function plainProperties(event: Event): { [key: string]: Json } {
  const payload: { [key: string]: Json } = {};
  for (const [property, name] of PLAIN) {
    const value = (event as unknown as Record<string, unknown>)[property];
    const plain = typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
    if (plain) payload[name] = value;
  }
  const target = event.target;
  if (target instanceof HTMLInputElement && target.type !== "password" && target.type !== "file") {
    payload["value"] = target.value;
    payload["checked"] = target.checked;
  } else if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) {
    payload["value"] = target.value;
  }
  return payload;
}

/** Keys that mean nothing by themselves. */
export const MODIFIERS: ReadonlySet<string> = new Set(["Control", "Shift", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Unidentified"]);

/** Whether keys that are pressed there belong to an input. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
