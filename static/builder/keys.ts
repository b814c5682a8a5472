/** Shortcuts: one table of commands for the keyboard, the keys sheet and the command list. */
import { signal } from "@preact/signals";
import { openAppSearch } from "./app_search.ts";
import { showHandlerLog } from "./handler_marks.ts";
import { dock, openPane, secondUser } from "./layout.ts";
import { closePane, enlargePane, isShown, PANES, type PaneName } from "./panes.ts";
import { sideViews } from "./side_panes.ts";
import { cancelDrag, copyInstead, drag } from "./drag.ts";
import type { Stroke } from "./protocol.ts";
import { clipboardStroke, copySelection, duplicate, paste, redo, remove, step, undo, unwrap, wrap } from "./edits.ts";
import { openApp } from "./open_app.ts";
import { active, editor, formatFile, openDefaultHandler, organiseImports, save } from "./code.ts";
import { find, parentOf, placeOf } from "./changes.ts";
import { filesOpen } from "./file_actions.tsx";
import { keysOpen, startTour, themeOpen, versionsOf } from "./dialogs.ts";
import { current, layout, renaming, select, selected, useApp } from "./store.ts";

export interface Command {
  title: string;
  group: "Edit" | "Move" | "Code" | "View";
  keys: string;
  run(): void;
  /** Also while the focus is in a text field or in the code. */
  always?: boolean;
  /** The keys cause an event of the browser's own, which is what is listened to. */
  native?: boolean;
}

export const finderOpen = signal<"all" | "go" | "insert" | "move" | null>(null);

export const COMMANDS: Command[] = [
  { title: "Undo", group: "Edit", keys: "Ctrl+Z", run: undo },
  { title: "Redo", group: "Edit", keys: "Ctrl+Shift+Z", run: redo },
  { title: "Copy the selection", group: "Edit", keys: "Ctrl+C", run: () => void clipboardStroke("c"), native: true },
  { title: "Cut the selection", group: "Edit", keys: "Ctrl+X", run: () => void clipboardStroke("x"), native: true },
  { title: "Paste components", group: "Edit", keys: "Ctrl+V", run: () => void clipboardStroke("v"), native: true },
  { title: "Delete the selection", group: "Edit", keys: "Del", run: () => void remove() },
  { title: "Duplicate the selection", group: "Edit", keys: "Ctrl+D", run: () => void duplicate() },
  { title: "Rename the selection's id", group: "Edit", keys: "F2", run: renameSelection },
  { title: "Insert a component", group: "Edit", keys: "I", run: () => (finderOpen.value = "insert") },
  { title: "Move up", group: "Move", keys: "Alt+↑", run: () => step("up") },
  { title: "Move down", group: "Move", keys: "Alt+↓", run: () => step("down") },
  { title: "Move out of its parent", group: "Move", keys: "Alt+←", run: () => step("out") },
  { title: "Move into the component before", group: "Move", keys: "Alt+→", run: () => step("in") },
  { title: "Move the selection to…", group: "Move", keys: "M", run: () => selected.value && (finderOpen.value = "move") },
  { title: "Wrap the selection in a section", group: "Move", keys: "Ctrl+G", run: () => void wrap("section") },
  { title: "Unwrap the selection", group: "Move", keys: "Ctrl+Shift+G", run: () => void unwrap() },
  { title: "Select the next sibling", group: "Move", keys: "↓", run: () => toSibling(1) },
  { title: "Select the sibling before", group: "Move", keys: "↑", run: () => toSibling(-1) },
  { title: "Select the parent", group: "Move", keys: "Shift+Enter", run: toParent },
  { title: "Select the first child", group: "Move", keys: "Enter", run: toChild },
  { title: "Go to the handler, or make it", group: "Code", keys: "F4", run: () => void openDefaultHandler(), always: true },
  { title: "Save and format the file", group: "Code", keys: "Ctrl+S", run: () => void save(), always: true },
  { title: "Format the file", group: "Code", keys: "Alt+Shift+F", run: () => void formatFile(), always: true },
  { title: "Organise imports", group: "Code", keys: "Alt+Shift+O", run: () => void organiseImports(), always: true },
  { title: "Search in all files", group: "Code", keys: "Ctrl+Shift+F", run: () => openAppSearch(false), always: true },
  { title: "Replace in all files", group: "Code", keys: "Ctrl+Shift+H", run: () => openAppSearch(true), always: true },
  { title: "Rename the name at the cursor", group: "Code", keys: "F2 in the code", run: () => editor.value?.renameHere() },
  { title: "References of that name", group: "Code", keys: "Shift+F12 in the code", run: () => editor.value?.referencesHere() },
  { title: "Files of the app", group: "Code", keys: "Ctrl+B", run: showFiles, always: true },
  { title: "Versions of the file", group: "Code", keys: "Alt+Shift+V", run: () => (versionsOf.value = active.value), always: true },
  { title: "Definition of that name", group: "Code", keys: "Ctrl+F12 in the code", run: () => editor.value?.followHere() },
  { title: "Log lines of the handler at the cursor", group: "Code", keys: "Alt+Shift+L", run: showLogHere, always: true },
  { title: "Code or canvas", group: "Code", keys: "F12", run: toggleFocus, always: true },
  { title: "Run, insert or find anything", group: "View", keys: "Ctrl+K", run: () => (finderOpen.value = "all"), always: true },
  { title: "Go to a page, component or file", group: "View", keys: "Ctrl+P", run: () => (finderOpen.value = "go"), always: true },
  { title: "Open the app in a tab of its own", group: "View", keys: "Ctrl+Enter", run: () => void openApp(), always: true },
  { title: "Use app: every click acts", group: "View", keys: "P", run: () => (useApp.value = !useApp.value) },
  { title: "Second user beside the canvas", group: "View", keys: "U", run: () => (secondUser.value = !secondUser.value) },
  { title: "Open or close the code", group: "View", keys: "Ctrl+1", run: () => togglePane("code"), always: true },
  { title: "Open or close the log", group: "View", keys: "Ctrl+2", run: () => togglePane("log"), always: true },
  { title: "Open or close the state", group: "View", keys: "Ctrl+3", run: () => togglePane("state"), always: true },
  { title: "Open or close the event history", group: "View", keys: "Ctrl+4", run: () => togglePane("history"), always: true },
  { title: "Open or close the handlers", group: "View", keys: "Ctrl+5", run: () => togglePane("handlers"), always: true },
  { title: "Open or close the problems", group: "View", keys: "Ctrl+6", run: () => togglePane("problems"), always: true },
  { title: "Enlarge the pane, or back", group: "View", keys: "Ctrl+Shift+M", run: enlarge, always: true },
  { title: "Theme of the app", group: "View", keys: "T", run: () => (themeOpen.value = !themeOpen.value) },
  { title: "Take the tour", group: "View", keys: "", run: startTour },
  { title: "All shortcuts", group: "View", keys: "?", run: () => (keysOpen.value = true) },
];

function togglePane(pane: PaneName): void {
  if (isShown(dock.value, pane)) dock.value = closePane(dock.value, pane);
  else focusPane(pane);
}

/** Opens a pane and puts the focus on what is read or written in it. */
function focusPane(pane: PaneName): void {
  const there = isShown(dock.value, pane);
  openPane(pane);
  const focus = (): void => {
    const within = document.querySelector(`[data-pane="${pane}"]`);
    const read = within?.querySelector<HTMLElement>("[tabindex='0']") ?? within?.querySelector<HTMLElement>("button, input");
    if (pane === "code") editor.value?.focus();
    else (read ?? document.getElementById(`pane-tab-${pane}`))?.focus();
  };
  // Once it is drawn, with words at least where its view didn't come.
  const drawn = (): number => requestAnimationFrame(focus);
  // Not a moment later than it must be: the next key may come at once.
  if (there && pane === "code") focus();
  else if (pane === "code" || pane === "log") drawn();
  else sideViews.load().then(drawn, drawn);
}

/** The pane that the focus is in, else the one that is large, else the code. */
function enlarge(): void {
  const around = document.activeElement?.closest<HTMLElement>("[data-pane]")?.dataset["pane"];
  const pane = dock.value.enlarged ?? PANES.find((each) => each === around) ?? "code";
  dock.value = enlargePane(dock.value, pane);
}

/** Show the files and go there; hide them from there. */
function showFiles(): void {
  const tree = (): HTMLElement | null => document.querySelector<HTMLElement>('[role="tree"][aria-label="Files"]');
  if (filesOpen.value && tree()?.contains(document.activeElement)) {
    filesOpen.value = false;
    editor.value?.focus();
    return;
  }
  const there = filesOpen.value && isShown(dock.value, "code");
  openPane("code");
  filesOpen.value = true;
  if (there) tree()?.focus();
  else requestAnimationFrame(() => tree()?.focus());
}

function toggleFocus(): void {
  if (document.activeElement?.closest(".code-pane")) document.querySelector<HTMLElement>('[role="tree"]')?.focus();
  else focusPane("code");
}

/** In place: on the canvas where the keys come from there, else in the tree. */
function renameSelection(): void {
  if (!selected.value || selected.value === current.value?.page.id) return;
  const onCanvas = document.activeElement?.tagName === "IFRAME" && layout.value?.items.some(({ id }) => id === selected.value);
  renaming.value = { id: selected.value, where: onCanvas ? "canvas" : "tree" };
}

function showLogHere(): void {
  const handler = editor.value?.handlerHere();
  if (handler) showHandlerLog(handler);
}

function toSibling(by: number): void {
  const page = current.value?.page;
  const place = page && selected.value ? placeOf(page, selected.value) : null;
  const next = page && place ? find(page, place.parent)?.children?.[place.index + by] : page?.children?.[0];
  if (next) select(next.id);
}

function toParent(): void {
  const page = current.value?.page;
  const parent = page && selected.value ? parentOf(page, selected.value) : null;
  if (parent) select(parent.id);
}

function toChild(): void {
  const page = current.value?.page;
  const child = page && find(page, selected.value ?? page.id)?.children?.[0];
  if (child) select(child.id);
}

const SYMBOLS: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Delete: "Del", Backspace: "Del" };

/** `Ctrl+Shift+Z`, `Alt+↑`, `P`: as the table writes them. */
export function strokeName(stroke: Stroke): string {
  const key = SYMBOLS[stroke.key] ?? (stroke.key.length === 1 ? stroke.key.toUpperCase() : stroke.key);
  const symbol = stroke.key.length === 1 && !/[a-z0-9]/i.test(stroke.key);
  return [(stroke.ctrl || stroke.meta) && "Ctrl", stroke.alt && "Alt", stroke.shift && !symbol && "Shift", key].filter(Boolean).join("+");
}

/** Runs what belongs to a stroke; whether there was anything. From the canvas, no text field has the focus. */
export function pressed(stroke: Stroke, free: boolean): boolean {
  const name = strokeName(stroke);
  if (name === "Escape" && free) {
    if (useApp.value) useApp.value = false;
    else select(null);
    return true;
  }
  const command = COMMANDS.find((each) => each.keys === name || (name === "Ctrl+Y" && each.keys === "Ctrl+Shift+Z"));
  if (!command || command.native || !(free || command.always)) return false;
  command.run();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Where Enter, Space and arrows belong to the control that has the focus. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("button, a, [role=separator], [role=listbox], [role=tab], [role=log], dialog") !== null;
}

export function startKeys(): void {
  // Also of what is carried in the frame, which may not have the focus.
  for (const name of ["keydown", "keyup"] as const) {
    window.addEventListener(name, (event) => {
      if (event.key !== "Alt" || !drag.peek()) return;
      // Else the browser's menu takes the keyboard.
      event.preventDefault();
      copyInstead(name === "keydown");
    });
  }
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (event.key === "Escape" && drag.peek()) {
      cancelDrag();
      return;
    }
    const typing = isTyping(event.target) || event.target instanceof Element && event.target.closest("dialog") !== null;
    const plain = /^(Enter|Arrow|Tab| )/.test(event.key) && !event.altKey;
    if (plain && (isControl(event.target) || typing)) return;
    const stroke = { key: event.key, code: event.code, ctrl: event.ctrlKey, shift: event.shiftKey, alt: event.altKey, meta: event.metaKey };
    if (pressed(stroke, !typing)) event.preventDefault();
  });
  const onClipboard = (handle: (event: ClipboardEvent) => void) => (event: ClipboardEvent) => {
    if (!isTyping(event.target) && !(document.getSelection()?.toString() && event.type === "copy")) handle(event);
  };
  document.addEventListener("copy", onClipboard(copySelection));
  document.addEventListener("cut", onClipboard((event) => copySelection(event) && void remove()));
  document.addEventListener("paste", onClipboard(paste));
}

