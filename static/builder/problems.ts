/** What is wrong with the app, as the service finds it; asked for anew when pages, handlers or files have changed. */
import { computed, effect, signal } from "@preact/signals";
import type { Api } from "./api.ts";
import { operate } from "./edits.ts";
import { findings } from "./findings.ts";
import type { Finding, Fix, Problem } from "./protocol.ts";
import { buffers, written } from "./renames.ts";
import { broken, files, handlers, pages, status } from "./store.ts";
import { reported, toast } from "./toast.tsx";

export const problems = signal<Problem[]>([]);

/** What was found in the open files; what the app said itself when it was saved isn't said twice. */
export const found = computed<{ path: string; finding: Finding }[]>(() => {
  const said = new Set(problems.value.filter((each) => each.code === "not-loaded").map((each) => `${each.file}:${each.line}`));
  return [...findings.value].flatMap(([path, all]) => all.filter((each) => each.source || !said.has(`${path}:${each.range.start.line + 1}`)).map((finding) => ({ path, finding })));
});

export const problemCount = computed(() => problems.value.length + found.value.length);

/** A pause in the changes, so that typing into a field asks once. */
const PAUSE_MS = 400;

let api: Api;

/** Do what solves a problem. */
export async function applyFix(fix: Fix): Promise<void> {
  for (const operation of fix.operations) await operate(operation, fix.page);
  if (!fix.registration) return;
  const { module, function: name } = fix.registration;
  const done = await reported(api.register(fix.registration, buffers()["main.py"] ?? null));
  const now = name ? `main.py imports ${name} from ${module} now.` : `main.py registers ${module} now.`;
  if (done) written(done, now, name ? "Undo the import" : "Undo the registration", api.undoRegistration, () => toast("main.py is as it was."));
}

export function startProblems(with_: Api): void {
  api = with_;
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
