/** A component where it stands: its settings as signals, its events, and what its element must carry. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { mapValues } from "./changes.ts";
import { asText, evaluate, isTrue, parsePath } from "./expressions.ts";
import { plainProperties } from "./dom_events.ts";
import type { Outcome } from "./outbox.ts";
import type { RowsWanted } from "./frame_rows.ts";
import type { Component, Json, Rows } from "./protocol.ts";
import { isVisible, lookup, resolve, type Scope } from "./scope.ts";
import type { Entered, Session } from "./session.ts";

/** The names of the repeater rows around a component, outermost first. */
export function rowsOf(scope: Scope | null): string[] {
  return scope ? [...rowsOf(scope.outer), scope.row] : [];
}

/** State changes in place; who shows a whole mapping or list must see another one, or it would seem unchanged. */
function fresh(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  return Array.isArray(value) ? value.slice() : mapValues(value, (each) => each);
}

export class Instance {
  readonly id: string;
  readonly rows: readonly string[];
  /** Unique among all that is drawn, and good as the id of an element. */
  readonly domId: string;
  /** Where it stands on its page; the same wherever else it is shown. */
  private readonly place: string;
  readonly visible: ReadonlySignal<boolean>;
  private readonly values = new Map<string, ReadonlySignal<Json>>();
  private readonly texts = new Map<string, ReadonlySignal<string>>();
  private boundSignal: ReadonlySignal<Json | undefined> | undefined;

  constructor(
    readonly session: Session,
    readonly page: string,
    readonly component: Component,
    readonly scope: Scope | null,
    /** The `domId` of the component that shows this one a second time; empty where it stands itself. */
    readonly via = "",
  ) {
    this.id = component.id;
    this.rows = rowsOf(scope);
    this.place = ["c", component.id, ...this.rows.map(encodeURIComponent)].join("/");
    this.domId = via + this.place;
    this.visible = computed(() => isVisible(component.visible, this.look));
  }

  /** A component right below this one. */
  child(component: Component): Instance {
    return new Instance(this.session, this.page, component, this.scope, this.via);
  }

  // --- settings --------------------------------------------------------------------------------------

  /** The setting `name`, templates filled in. */
  value(name: string): ReadonlySignal<Json> {
    let value = this.values.get(name);
    if (!value) this.values.set(name, (value = computed(() => fresh(resolve(this.component.fields[name] ?? null, this.look)))));
    return value;
  }

  /** The setting `name` as a text. In JSX, give the signal itself: then only its text node changes. */
  text(name: string): ReadonlySignal<string> {
    let text = this.texts.get(name);
    if (!text) {
      const value = this.value(name);
      this.texts.set(name, (text = computed(() => asText(value.value))));
    }
    return text;
  }

  flag(name: string): boolean {
    return isTrue(this.value(name).value);
  }

  /** `null` where there is no number; a text of digits counts as one. */
  number(name: string): number | null {
    const value = this.value(name).value;
    const number = typeof value === "string" && value.trim() ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : null;
  }

  private readonly look = (path: readonly string[]): Json | undefined => lookup(this.session.store, this.scope)(path);

  // --- events ----------------------------------------------------------------------------------------

  /** Whether `event` goes anywhere; `binds`: it carries the value of the binding. */
  listens(event: string, binds = false): boolean {
    return this.component.on.includes(event) || (binds && this.component.binding !== null);
  }

  emit(event: string, payload: Json, draft = false): Promise<Outcome> {
    return this.session.emit({ page: this.page, component: this.id, event, payload, rows: [...this.rows], draft });
  }

  /** Ask for rows of the frame that the component shows. */
  readRows(wanted: RowsWanted): Promise<Rows> {
    return this.session.connection.readRows({ page: this.page, component: this.id, rows: [...this.rows], ...wanted });
  }

  /** The value that the component is bound to; `undefined` without a binding, `null` where nothing is yet. */
  get bound(): ReadonlySignal<Json | undefined> {
    return (this.boundSignal ??= computed(() => {
      const path = this.component.binding === null ? null : parsePath(this.component.binding);
      return path ? fresh(evaluate([{ path }], this.look)) : undefined;
    }));
  }

  get entered(): Entered {
    return this.session.enteredIn(`${this.page}/${this.place}`);
  }

  // --- the element -----------------------------------------------------------------------------------

  /** Attributes of the component's topmost element. */
  root(...classes: string[]) {
    const rows = this.rows.length ? { "data-rows": this.rows.map(encodeURIComponent).join("/") } : {};
    return {
      ...rows,
      "data-component": this.id,
      class: [...classes, this.text("css_class").value].filter(Boolean).join(" "),
      title: this.text("tooltip").value || undefined,
      ref: this.listenToBrowser,
    };
  }

  private listening: AbortController | null = null;

  /** Events that the browser itself fires, such as `mouseenter`, for whatever handlers are linked to them. */
  private readonly listenToBrowser = (element: Element | null): void => {
    this.listening?.abort();
    this.listening = null;
    const names = this.component.on.filter((name) => !name.startsWith("wf-"));
    if (!element || names.length === 0) return;
    this.listening = new AbortController();
    for (const name of names) {
      const send = (event: Event) => {
        // The service would refuse it, and a person who merely passes over the component would be told so.
        if (!this.flag("disabled")) void this.emit(name, plainProperties(event));
      };
      element.addEventListener(name, send, { signal: this.listening.signal });
    }
  };
}
