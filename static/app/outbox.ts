/**
 * Events on their way: numbered, kept until answered, sent again on a new connection. Pure bookkeeping,
 * no socket and no clock; see connection.ts.
 */
import type { Done, Event, Json } from "./protocol.ts";

export interface Outgoing {
  page: string;
  component: string;
  event: string;
  payload: Json;
  rows: string[];
  /** It carries what someone typed or chose, so the newest is as good as all of them. */
  draft: boolean;
}

export type Outcome = Pick<Done, "status" | "message" | "error_id">;

interface Entry {
  event: Event;
  draft: boolean;
  /** Whether it has ever been written to a socket: then nobody here knows if it had its effect. */
  sent: boolean;
  settle(outcome: Outcome): void;
}

// What a person does while offline; the service has a limit of 32 queued events of its own.
const MOST_WAITING = 200;

const LOST: Outcome = { status: "lost", message: "", error_id: "" };
const FULL: Outcome = { status: "refused", message: "Too much is waiting to be sent. Try again when the connection is back.", error_id: "" };

export class Outbox {
  private readonly entries = new Map<number, Entry>();
  private last = 0;

  get size(): number {
    return this.entries.size;
  }

  /** Take an event. `flush` gives what to write. A draft replaces an older one of its component that was not sent yet. */
  add({ draft, ...event }: Outgoing): Promise<Outcome> {
    if (draft) this.dropOlderDraft(event);
    if (this.entries.size >= MOST_WAITING) return Promise.resolve(FULL);
    const sequence = ++this.last;
    return new Promise((settle) => {
      this.entries.set(sequence, { event: { type: "event", sequence, ...event }, draft, sent: false, settle });
    });
  }

  /** Events that were never sent, oldest first; they count as sent from now on. */
  flush(): Event[] {
    const fresh = [...this.entries.values()].filter((entry) => !entry.sent);
    for (const entry of fresh) entry.sent = true;
    return fresh.map((entry) => entry.event);
  }

  answer({ sequence, ...outcome }: Pick<Done, "sequence" | keyof Outcome>): void {
    const entry = this.entries.get(sequence);
    this.entries.delete(sequence);
    entry?.settle(outcome);
  }

  /** The session goes on: everything unanswered is to be sent again. The service drops what it has had. */
  resume(taken: number): void {
    this.last = Math.max(this.last, taken);
    for (const entry of this.entries.values()) entry.sent = false;
  }

  /**
   * The session is gone and this is a new one. What was sent may or may not have happened, so it is
   * given up as lost; what never was, and what was typed, goes to the new session.
   */
  restart(taken: number): void {
    const kept = [...this.entries.values()];
    this.entries.clear();
    this.last = Math.max(this.last, taken);
    for (const entry of kept) {
      if (entry.sent && !entry.draft) {
        entry.settle(LOST);
        continue;
      }
      const sequence = ++this.last;
      this.entries.set(sequence, { ...entry, event: { ...entry.event, sequence }, sent: false });
    }
  }

  private dropOlderDraft(event: Omit<Outgoing, "draft">): void {
    const place = ({ page, component, event: name, rows }: Omit<Outgoing, "draft">) => JSON.stringify([page, component, name, rows]);
    // Only the newest: what was sent between two drafts must find the first one where it was.
    const [sequence, newest] = [...this.entries].at(-1) ?? [];
    if (!newest || sequence === undefined || newest.sent || !newest.draft || place(newest.event) !== place(event)) return;
    this.entries.delete(sequence);
    newest.settle({ status: "ok", message: "", error_id: "" });
  }
}

/** How long to wait before attempt number `failures` (from 0), in ms. `random` is from 0 to 1. */
export function retryDelay(failures: number, random: number): number {
  const longest = Math.min(10_000, 250 * 2 ** Math.min(failures, 10));
  // Half of it at random: a service that comes back is not run down by all pages at once.
  return failures === 0 ? 50 * random : longest * (0.5 + 0.5 * random);
}
