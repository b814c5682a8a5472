/** What the code shows of handlers: who runs them, how that went, and which of them the selection runs. */
import { computed } from "@preact/signals";
import { find, walk } from "./changes.ts";
import type { Linked } from "./editor_gutter.ts";
import { history } from "./history_store.ts";
import { openPane } from "./layout.ts";
import { filterBy, NO_FILTER } from "./log_filter.ts";
import { clock } from "./log_rows.ts";
import type { Fired, Handler } from "./protocol.ts";
import { current, handlers, pages, selectedIds } from "./store.ts";

interface Runs {
  count: number;
  failed: number;
  last: Fired;
}

/** By handler, as far back as the event history goes. */
const runs = computed<ReadonlyMap<string, Runs>>(() => {
  const found = new Map<string, Runs>();
  for (const fired of history.value) {
    const before = found.get(fired.handler);
    const failed = fired.status === "error" ? 1 : 0;
    found.set(fired.handler, { count: (before?.count ?? 0) + 1, failed: (before?.failed ?? 0) + failed, last: fired });
  }
  return found;
});

/** By handler: the components that run it. */
const uses = computed(() => {
  const found = new Map<string, string[]>();
  for (const { page } of pages.value)
    for (const component of walk(page))
      for (const [event, does] of Object.entries(component.on ?? {}))
        if (typeof does === "string") found.set(does, [...(found.get(does) ?? []), `${component.id} ${event}`]);
  return found;
});

/** The handlers that the selected components are linked to. */
const ofSelection = computed<ReadonlySet<string>>(() => {
  const page = current.value?.page;
  return new Set(page ? selectedIds.value.flatMap((id) => Object.values(find(page, id)?.on ?? {}).filter((does) => typeof does === "string")) : []);
});

/** The handlers of a file that components run. */
export function linkedIn(path: string): Linked[] {
  return handlers.value.filter((handler) => handler.own && handler.file === path).flatMap((handler) => linked(handler) ?? []);
}

function linked(handler: Handler): Linked | null {
  const users = uses.value.get(handler.name);
  if (!users) return null;
  const known = runs.value.get(handler.name);
  const parts = [
    users.join(", "),
    known ? `${known.count} ${known.count === 1 ? "event" : "events"}, the last at ${clock(known.last.time)} in ${known.last.run_ms.toFixed(1)} ms` : "not run yet",
    ...(known?.failed ? [`${known.failed} failed`] : []),
  ];
  return { handler: handler.name, line: handler.line, label: `${parts.join(" · ")}. Click for its lines in the log`, failed: known?.last.status === "error", selected: ofSelection.value.has(handler.name) };
}

/** Only what a handler has printed, logged and raised. */
export function showHandlerLog(handler: string): void {
  filterBy({ ...NO_FILTER, handler });
  openPane("log");
}
