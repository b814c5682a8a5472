/** What is wrong with the app, as the service finds it; asked for anew when pages, handlers or files have changed. */
import { effect, signal } from "@preact/signals";
import type { Api } from "./api.ts";
import type { Problem } from "./protocol.ts";
import { broken, files, handlers, pages, status } from "./store.ts";

export const problems = signal<Problem[]>([]);

/** A pause in the changes, so that typing into a field asks once. */
const PAUSE_MS = 400;

export function startProblems(api: Api): void {
  let timer = 0;
  let asking = false;
  let again = false;
  const ask = async (): Promise<void> => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      problems.value = (await api.problems()).problems;
    } catch {
      // The bar on top says that the service is away; what was known stays.
    }
    asking = false;
    if (again) {
      again = false;
      void ask();
    }
  };
  effect(() => {
    void [pages.value, broken.value, handlers.value, files.value, status.value.generation, status.value.error];
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE_MS);
  });
}
