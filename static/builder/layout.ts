/** How the page is laid out; everything here is remembered in the browser. */
import { effect } from "@preact/signals";
import { remembered } from "./remembered.ts";

export type Theme = "system" | "light" | "dark";

export const leftWidth = remembered("left", 284);
export const rightWidth = remembered("right", 320);
export const bottomHeight = remembered("bottom", 300);
export const paletteHeight = remembered("palette", 384);
export const eventsHeight = remembered("events", 230);
/** The share of the bottom that the code takes, in percent. */
export const codeShare = remembered("code", 54);
export const codeOpen = remembered("code-open", true);
export const logOpen = remembered("log-open", true);
export type SideTab = "log" | "handlers" | "state" | "history" | "problems";
export const logTab = remembered<SideTab>("log-tab", "log");
/** Width of the previewed page in CSS pixels; 0 fills the canvas. */
export const previewWidth = remembered("preview-width", 0);
/** Whether another user's page stands beside the canvas, and how wide that page and its half are. */
export const secondUser = remembered("second-user", false);
export const secondWidth = remembered("second-width", 0);
/** In percent of the canvas. */
export const secondShare = remembered("second-share", 50);
export const theme = remembered<string>("theme", "system");

export function followTheme(): void {
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme.value;
  });
}

export function nextTheme(): void {
  theme.value = theme.value === "system" ? "light" : theme.value === "light" ? "dark" : "system";
}
