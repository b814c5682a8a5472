/**
 * What someone enters, between their hand and the service: shown at once, sent soon, given up for the
 * service's value when every change is answered and nothing newer was entered.
 */
import { computed, type ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Instance } from "./instance.ts";
import type { Json } from "./protocol.ts";

// At most ten changes a second while typing; the first goes at once.
const PAUSE_MS = 100;

export interface DraftEvents {
  /** Fired while the value changes; it carries the binding. */
  change: string;
  /** Fired when the person is done with it. */
  finish?: string;
}

export interface Draft {
  /** What the input shows; `undefined`: nothing was entered, and there is no binding. */
  readonly value: ReadonlySignal<Json | undefined>;
  set(value: Json): void;
  /** Done with it for now: Enter, or the focus has gone. */
  finish(): void;
}

export function useDraft(c: Instance, { change, finish }: DraftEvents): Draft {
  const sender = useRef<Sender>(undefined);
  sender.current ??= new Sender(change, finish, c);
  sender.current.c = c;
  const current = sender.current;
  useEffect(() => () => current.flush(), [current]);
  const value = useMemo(
    () => computed(() => (c.entered.value.value === undefined ? c.bound.value : c.entered.value.value)),
    [c],
  );
  return { value, set: (entered) => current.set(entered), finish: () => current.finish() };
}

class Sender {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dirty = false;

  constructor(
    private readonly change: string,
    private readonly finished: string | undefined,
    /** The component as it is now: a page that is edited replaces it. */
    public c: Instance,
  ) {}

  set(value: Json): void {
    this.c.entered.value.value = value;
    this.c.entered.unfinished = true;
    if (!this.c.listens(this.change, true)) return;
    this.dirty = true;
    this.c.session.addDraft(this.flush);
    if (this.timer === undefined) this.tick();
  }

  finish(): void {
    const { c } = this;
    this.flush();
    if (!c.entered.unfinished) return;
    c.entered.unfinished = false;
    const value = c.entered.value.peek();
    if (this.finished && c.listens(this.finished)) void c.emit(this.finished, (value === undefined ? c.bound.peek() : value) ?? null);
  }

  readonly flush = (): void => {
    this.c.session.removeDraft(this.flush);
    if (!this.dirty) return;
    this.dirty = false;
    void this.send(this.c.entered.value.peek() ?? null);
  };

  private readonly tick = (): void => {
    this.timer = this.dirty ? setTimeout(this.tick, PAUSE_MS) : undefined;
    this.flush();
  };

  private async send(value: Json): Promise<void> {
    const { entered } = this.c;
    entered.onTheWay++;
    const { status } = await this.c.emit(this.change, value, true);
    entered.onTheWay--;
    // What was refused stays to be mended; without a binding nobody else keeps the value.
    const theirs = status === "ok" || status === "error" || status === "cancelled";
    if (theirs && entered.onTheWay === 0 && !this.dirty && this.c.component.binding !== null) entered.value.value = undefined;
  }
}
