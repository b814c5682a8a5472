/** Code and what it is about: the handlers that it holds, the errors at its lines. Open files have their own module. */
import { effect, signal } from "@preact/signals";
import type { Api } from "./api.ts";
import { titleOf } from "./built_in.ts";
import { handlerFile } from "./handler_files.ts";
import { openPane } from "./layout.ts";
import { dirty, editor, open, openFile, saving, startFiles, update } from "./open_files.ts";
import type { Component, LogRecord, Place, TraceFrame } from "./protocol.ts";
import { replaceSaved, startSaving } from "./saving.ts";
import { catalogue, current, fired, handlerByName, pages, selected, status } from "./store.ts";
import { reported, toast } from "./toast.tsx";

export * from "./open_files.ts";
export * from "./saving.ts";

/** A message at a place in a file. Lines count from 1, columns from 0 in code points. */
export interface Mark {
  path: string;
  line: number;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
  message: string;
  kind: "load" | "run";
  handler: string;
}

export const marks = signal<Mark[]>([]);

let api: Api;

export function startCode(with_: Api, path: string): void {
  api = with_;
  startFiles(with_, path);
  startSaving(with_);
  effect(() => {
    const error = status.value.error;
    const rest = marks.peek().filter((mark) => mark.kind === "run" && status.value.state !== "live");
    const mark = error && status.value.state !== "live" ? markOf(error.frames, `${error.type}: ${error.message}`, "load", "") : null;
    marks.value = mark ? [...rest, mark] : rest;
  });
}

// --- handlers --------------------------------------------------------------------------------------

/** The handler of an event, made and linked if there is none; its body in front, the cursor in it. */
export async function createHandler(component: string, event: string, path = handlerFile.peek()): Promise<void> {
  const page = current.value?.key;
  if (page === undefined) return;
  openPane("code");
  const file = open.peek().get(path);
  if (file?.conflict) {
    toast(`${path} has changed on disk. Choose a version first, at the top of the code.`, "bad");
    return;
  }
  const text = editor.peek()?.textOf(path);
  const buffer = file && text !== undefined && dirty.peek().has(path) ? { text, base_digest: file.digest } : null;
  const linked = pages.value.flatMap((each) => findIn(each.page, component))[0]?.on?.[event];
  const existed = typeof linked === "string" && handlerByName.value.has(linked);
  // The answer brings the text and the place in it; the file's own news must not come between.
  saving.value = true;
  const made = await reported(api.createHandler(page, component, event, path, buffer));
  saving.value = false;
  if (!made) return;
  const known = open.peek().get(made.path);
  const typedMeanwhile = made.path === path && text !== undefined && editor.peek()?.textOf(path) !== text;
  if (known && known.digest !== made.digest) {
    if (typedMeanwhile) {
      update(made.path, { conflict: { text: made.text, digest: made.digest } });
      return;
    }
    replaceSaved(made.path, made.text, made.digest);
  }
  // The stub's example is there to be typed over.
  await openFile(made.path, { line: made.line, character: made.character, toEnd: !existed }, true);
}

/** Double-click and F4: the default handler of a component. */
export async function openDefaultHandler(id = selected.peek()): Promise<void> {
  const page = current.value?.page;
  const component = page && id ? [...pages.value].flatMap((each) => findIn(each.page, id))[0] : undefined;
  const type = component && catalogue.value[component.type];
  if (!component || !type) return;
  const linked = Object.keys(component.on ?? {})[0];
  const event = type.default_event && (component.on?.[type.default_event] || !linked) ? type.default_event : (linked ?? Object.keys(type.events)[0]);
  if (!event) {
    toast(`${type.title} has no events.`);
    return;
  }
  const does = component.on?.[event];
  if (typeof does === "object") {
    toast(`${event} of ${component.id} does this without code: ${titleOf(does)}. Unlink it in Events to write a handler.`);
    return;
  }
  await createHandler(component.id, event);
}

function findIn(component: Component, id: string): Component[] {
  if (component.id === id) return [component];
  return (component.children ?? []).flatMap((child) => findIn(child, id));
}

export async function openHandler(name: string): Promise<void> {
  const place = await reported<Place>(api.handlerPlace(name));
  if (place) await openFile(place.path, place, true);
}

export function openFrame(frame: TraceFrame): void {
  void openFile(frame.file, { line: frame.line - 1, character: frame.column ?? 0 }, true);
}

/** Open a file of the app at a place that counts from 1, as Python and people do. */
export function openAt(path: string, line: number, column: number): void {
  void openFile(path, { line: Math.max(0, line - 1), character: Math.max(0, column - 1) }, true);
}

// --- errors at their lines ---------------------------------------------------------------------------

function markOf(frames: readonly TraceFrame[], message: string, kind: Mark["kind"], handler: string): Mark | null {
  const frame = [...frames].reverse().find((each) => each.owner === "app");
  if (!frame) return null;
  return {
    path: frame.file,
    line: frame.line,
    column: frame.column,
    endLine: frame.end_line,
    endColumn: frame.end_column,
    message,
    kind,
    handler,
  };
}

/** Errors of handlers, as they come: the newest of each handler stands at its line. */
export function markErrors(records: readonly LogRecord[]): void {
  for (const record of records) {
    if (!record.error || !record.handler) continue;
    const mark = markOf(record.error.frames, `${record.error.type}: ${record.error.message}`, "run", record.handler);
    if (mark) marks.value = [...marks.value.filter((each) => each.kind === "load" || each.handler !== record.handler), mark];
  }
}

/** A good run of a handler takes its error away. */
export function startForgettingErrors(): void {
  effect(() => {
    const good = new Set([...fired.value.values()].filter((each) => each.status === "ok").map((each) => each.handler));
    const rest = marks.peek().filter((mark) => mark.kind === "load" || !good.has(mark.handler));
    if (rest.length !== marks.peek().length) marks.value = rest;
  });
}

/** The line was edited: what stood there may be mended. */
export function forgetMark(mark: Mark): void {
  marks.value = marks.value.filter((each) => each !== mark);
}
