/** A function that was renamed elsewhere: its links are offered to follow it. */
import { effect } from "@preact/signals";
import { usesOf } from "./changes.ts";
import { operate } from "./edits.ts";
import type { Handler, PageState, SingleOperation } from "./protocol.ts";
import { counted } from "./renames.ts";
import { handlers, pages } from "./store.ts";
import { toast } from "./toast.tsx";

/** Of functions that went and came in the same file, those that must be one: it is the only one, or stands where that stood. */
export function movedNames(before: readonly Handler[], now: readonly Handler[]): [string, string][] {
  const had = new Set(before.map((each) => each.name));
  const has = new Set(now.map((each) => each.name));
  const gone = before.filter((each) => each.own && !has.has(each.name));
  const came = now.filter((each) => each.own && !had.has(each.name));
  const pairs: [string, string][] = [];
  for (const one of gone) {
    const beside = came.filter((each) => each.file === one.file && each.parameters.join() === one.parameters.join());
    const rivals = gone.filter((each) => each.file === one.file && each.parameters.join() === one.parameters.join());
    const heir = beside.length === 1 && rivals.length === 1 ? beside[0] : beside.find((each) => each.line === one.line);
    if (heir) pairs.push([one.name, heir.name]);
  }
  return pairs;
}

export function startOfferingLinks(): void {
  let before: readonly Handler[] = [];
  effect(() => {
    const now = handlers.value;
    // While nothing runs there are no handlers, and nothing was renamed.
    if (!now.length) return;
    const known = before;
    before = now;
    if (!known.length) return;
    for (const [old, name] of movedNames(known, now)) offer(old, name, pages.peek());
  });
}

function offer(old: string, name: string, all: readonly PageState[]): void {
  const uses = usesOf(all, old);
  if (!uses.length) return;
  const components = new Set(uses.map((use) => use.id)).size;
  toast(`${counted(components, "component")} used ${old}; relink to ${name}?`, "info", {
    label: `Relink to ${name}`,
    run: () => {
      for (const page of new Set(uses.map((use) => use.page))) {
        const operations = uses.filter((use) => use.page === page).map((use): SingleOperation => ({ op: "link", id: use.id, event: use.event, handler: name }));
        void operate({ op: "batch", label: `Relink ${old} to ${name}`, operations }, page);
      }
    },
  });
}
