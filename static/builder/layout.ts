/** How the page is laid out; everything here is remembered. */
import { effect } from "@preact/signals";
import { FIRST_DOCK, showPane, soundDock, type Dock, type PaneName } from "./panes.ts";
import { remembered } from "./remembered.ts";

export type Theme = "system" | "light" | "dark";

export const leftWidth = remembered("left", 284);
export const rightWidth = remembered("right", 320);
export const bottomHeight = remembered("bottom", 300);
export const paletteHeight = remembered("palette", 384);
export const eventsHeight = remembered("events", 230);
/** The panes below the canvas. */
export const dock = remembered<Dock>("dock", FIRST_DOCK, soundDock);
/** Width of the previewed page in CSS pixels; 0 fills the canvas. */
export const previewWidth = remembered("preview-width", 0);
/** Whether another user's page stands beside the canvas, and how wide that page and its half are. */
export const secondUser = remembered("second-user", false);
export const secondWidth = remembered("second-width", 0);
/** In percent of the canvas. */
export const secondShare = remembered("second-share", 50);
export const theme = remembered<string>("theme", "system");

export function openPane(pane: PaneName): void {
  dock.value = showPane(dock.peek(), pane);
}

export function followTheme(): void {
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme.value;
  });
}

export function nextTheme(): void {
  theme.value = theme.value === "system" ? "light" : theme.value === "light" ? "dark" : "system";
}
