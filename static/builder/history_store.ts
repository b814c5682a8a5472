/** The event history: what was fired, which of it is shown, and the event whose details are open. */
import { computed, signal } from "@preact/signals";
import type { Api } from "./api.ts";
import { noteRuns } from "./handler_runs.ts";
import { openPane } from "./layout.ts";
import type { Fired } from "./protocol.ts";
import { sessions } from "./store.ts";

/** As many as the service keeps. */
const MAX_EVENTS = 500;

export const history = signal<Fired[]>([]);
/** The number of the event whose details are shown. */
export const opened = signal<number | null>(null);

/** The session whose events are shown; empty for all. One that has ended isn't chosen any more. */
export const chosenSession = signal("");
export const chosen = computed(() => (sessions.value.some((each) => each.id === chosenSession.value) ? chosenSession.value : ""));

export let api: Api;

export function startHistory(with_: Api): void {
  api = with_;
  void api.events().then(
    (answer) => {
      const known = new Set(history.peek().map((each) => each.number));
      history.value = [...answer.events.filter((each) => !known.has(each.number)), ...history.peek()];
      noteRuns(answer.events);
    },
    () => {},
  );
}

/** An event has ended, or takes long; one that was seen to take long comes again at its end. */
export function happened(fired: Fired): void {
  const before = history.peek();
  const known = before.findIndex((each) => each.number === fired.number);
  history.value = known < 0 ? [...before, fired].slice(-MAX_EVENTS) : before.with(known, fired);
  noteRuns([fired]);
}

/** Open an event's details, as from a line of the log. */
export function showEvent(session: string, sequence: number): boolean {
  const fired = history.peek().find((each) => each.session === session.slice(0, each.session.length) && each.sequence === sequence);
  if (!fired) return false;
  openPane("history");
  chosenSession.value = "";
  opened.value = fired.number;
  return true;
}
