/**
 * What is typed and not saved, kept by the browser at once and by the service as well: the browser forgets it with the
 * port, the service can't be asked while it is gone. Of both, the newer counts.
 */
import type { Api } from "./api.ts";
import type { Draft } from "./protocol.ts";
import { read, write } from "./remembered.ts";
import { toastError } from "./toast.tsx";

/** Within a second of the first key, however long the typing goes on. */
const WAIT_MS = 400;

let api: Api;
let prefix = "";
const fromService = new Map<string, Draft>();
const timers = new Map<string, number>();
/** Calls to the service, one after the other for each file. */
const queues = new Map<string, Promise<void>>();
let told = false;

/** Paths of files with unsaved work, the oldest first. */
export async function startDrafts(with_: Api, appPath: string): Promise<string[]> {
  api = with_;
  prefix = `draft:${appPath}:`;
  const { drafts } = await api.drafts().catch(() => ({ drafts: [] }));
  for (const draft of drafts) fromService.set(draft.path, draft);
  const here = names().map((path) => [path, draftOf(path)?.time ?? 0] as const);
  return here.sort((a, b) => a[1] - b[1]).map(([path]) => path);
}

function names(): string[] {
  const found = new Set(fromService.keys());
  try {
    const start = `mainspring:${prefix}`;
    for (const name of Object.keys(localStorage)) if (name.startsWith(start)) found.add(name.slice(start.length));
  } catch {
    // Without a storage there is only what the service has.
  }
  return [...found];
}

export function draftOf(path: string): Draft | null {
  const here = read<Partial<Draft>>(prefix + path);
  const kept = here && typeof here.text === "string" && typeof here.base === "string" ? { path, text: here.text, base: here.base, time: here.time ?? 0 } : null;
  const there = fromService.get(path) ?? null;
  return kept && there ? (there.time > kept.time ? there : kept) : (kept ?? there);
}

/** Keep soon what `now` gives then; `null` for a file that has no unsaved work. */
export function keepSoon(path: string, now: () => { text: string; base: string } | null): void {
  if (timers.has(path)) return;
  timers.set(path, window.setTimeout(() => keepNow(path, now()), WAIT_MS));
}

export function keepNow(path: string, draft: { text: string; base: string } | null): void {
  clearTimeout(timers.get(path));
  timers.delete(path);
  if (!draft && !fromService.has(path) && read(prefix + path) === null) return;
  const kept = draft && { ...draft, path, time: Date.now() / 1000 };
  write(prefix + path, kept);
  if (kept) fromService.set(path, kept);
  else fromService.delete(path);
  send(path, kept);
}

/** A file has another name. */
export function moveDraft(path: string, to: string): void {
  const draft = draftOf(path);
  if (!draft) return;
  keepNow(path, null);
  keepNow(to, draft);
}

function send(path: string, draft: Draft | null): void {
  const before = queues.get(path) ?? Promise.resolve();
  const call = before.then(async () => {
    // What has changed since has a call of its own behind this one.
    if ((fromService.get(path) ?? null) !== draft) return;
    try {
      await (draft ? api.keepDraft(path, draft.text, draft.base) : api.dropDraft(path));
    } catch (error) {
      // It is in the browser; that the service can't be reached is said elsewhere, anything else once.
      if (!told && !(error instanceof Error && "status" in error && error.status === 0)) toastError(error);
      told = true;
    }
  });
  queues.set(path, call);
}
