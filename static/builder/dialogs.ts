/** What stands over the page when somebody asks for it: which of it is open. The views are loaded with the first. */
import { computed, signal } from "@preact/signals";
import { part } from "../app/later.tsx";
import { referencesShown, renamed } from "./renames.ts";

export const keysOpen = signal(false);
export const themeOpen = signal(false);
/** The file whose versions are shown. */
export const versionsOf = signal<string | null>(null);
/** The file that is compared with what is on disk. */
export const mergedFile = signal<string | null>(null);
/** The step of the tour that is shown, from 0; `null`: no tour. */
export const tourStep = signal<number | null>(null);

export function startTour(): void {
  tourStep.value = 0;
}

export const anyDialog = computed(() => keysOpen.value || themeOpen.value || [versionsOf, mergedFile, tourStep, renamed, referencesShown].some((each) => each.value !== null));

export const dialogViews = part(() => import("./dialog_views.tsx"));
