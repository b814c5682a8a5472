/** One visit to the app: its pages and state as the service sends them, and the events that go back. */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { perform } from "./actions.ts";
import { Connection, type Place, type Receiver } from "./connection.ts";
import { Imports } from "./imports.ts";
import { type Address, Navigation, sameVars } from "./navigation.ts";
import { notify } from "./notices.tsx";
import type { Outcome, Outgoing } from "./outbox.ts";
import type { Action, Bootstrap, Changes, Component, Joined, Json, Page, Pages, Parts, Snapshot } from "./protocol.ts";
import { reconcilePages, withParts } from "./reconcile.ts";
import { Store } from "./store.ts";
import { postFile, type Send } from "./uploads.ts";

/** What someone has put into an input: kept here, so that it outlives the input's element. */
export interface Entered {
  /** `undefined`: what the service says counts. */
  readonly value: Signal<Json | undefined>;
  /** Changes without an answer yet. */
  onTheWay: number;
  unfinished: boolean;
}

export class Session implements Receiver {
  readonly store = new Store();
  readonly navigation: Navigation;
  readonly connection: Connection;
  readonly page: ReadonlySignal<Page | null>;
  readonly editing: boolean;
  /** In the Builder's canvas while clicks select: what an app shows only at times is shown in place. */
  readonly designing = signal(false);
  /** The component that the Builder wants to be seen there. */
  readonly wanted = signal<string | null>(null);
  /** Empty until the page has joined. */
  readonly id = signal("");
  /** Dialogs that were opened or closed without state, by id, with the rows around the component that asked for it. */
  readonly dialogs = signal<ReadonlyMap<string, { rows: readonly string[]; open: boolean }>>(new Map());
  /** The sidebar that is open as a drawer. */
  readonly drawer = signal<string | null>(null);
  private readonly imports: Imports;
  /** Where the events of pages last said that the browser is. */
  private shown: Place | null = null;
  private readonly joinedSignal = signal(false);
  /** How often this page has begun with a session; 0 until it has joined. */
  private readonly visits = signal(0);
  private readonly pages = signal<readonly Page[]>([]);
  private readonly entered = new Map<string, Entered>();
  private readonly unsent = new Set<() => void>();

  /** `remember` is told the key by which this session can be resumed after the page was loaded again. */
  constructor(
    readonly bootstrap: Bootstrap,
    key: string | null,
    private readonly remember: (key: string) => void,
  ) {
    this.editing = bootstrap.mode === "edit";
    this.navigation = new Navigation(bootstrap.base);
    this.imports = new Imports(bootstrap.base, this.editing);
    this.page = computed(() => {
      const { key } = this.navigation.address.value;
      return this.pages.value.find((page) => page.id === key) ?? this.pages.value[0] ?? null;
    });
    this.connection = new Connection(bootstrap, this, () => this.place(), key);
    const shownPage = computed(() => this.page.value?.id);
    effect(() => this.placeShown(this.visits.value, shownPage.value, this.navigation.address.value.routeVars));
  }

  get allPages(): ReadonlySignal<readonly Page[]> {
    return this.pages;
  }

  /** Whether pages and state are there. */
  get joined(): ReadonlySignal<boolean> {
    return this.joinedSignal;
  }

  // --- from the service ------------------------------------------------------------------------------

  onJoined(message: Joined): void {
    this.remember(message.key);
    batch(() => {
      this.id.value = message.session;
      this.store.replace(message.state);
      this.pages.value = reconcilePages(this.pages.peek(), message.pages);
      this.joinedSignal.value = true;
    });
    const fresh = this.visits.peek() === 0;
    if (!message.resumed || fresh) this.imports.begin(message.session, message.resumed);
    if (!message.resumed) this.fireRouteEvent("wf-app-open");
    // The person may have put another address into the browser's bar, which loads the page anew.
    else if (fresh) this.fireRouteEvent("wf-hashchange");
    if (message.resumed && !fresh) return;
    this.shown = null;
    this.visits.value++;
  }

  onSnapshot(message: Snapshot): void {
    this.store.replace(message.state);
  }

  onChanges(message: Changes): boolean {
    return this.store.apply(message.operations);
  }

  onPages(message: Pages): void {
    this.pages.value = reconcilePages(this.pages.peek(), message.pages);
  }

  onParts(message: Parts): boolean {
    const next = this.pages.peek().map((page) => withParts<Component>(page, message.pages[page.id] ?? []) as Page | null);
    if (next.includes(null)) return false;
    this.pages.value = next as Page[];
    return true;
  }

  onAction(message: Action): void {
    perform(message, {
      base: this.bootstrap.base,
      imports: this.imports,
      goTo: (key) => void this.open({ key, routeVars: {} }),
      setRouteVars: (routeVars) => void this.open({ key: this.place().page, routeVars }),
      showDialog: (dialog, rows, open) => this.showDialog(dialog, rows, open),
      answer: (result) => this.connection.answer(result),
    });
  }

  showDialog(dialog: string, rows: readonly string[], open: boolean): void {
    this.dialogs.value = new Map(this.dialogs.peek()).set(dialog, { rows, open });
  }

  /** Show a page of the app with these variables; `false` if there is no such page. */
  open({ key, routeVars }: Address): boolean {
    const first = this.pages.peek()[0]?.id;
    if (key !== "" && !this.pages.peek().some((page) => page.id === key)) return false;
    const now = this.place();
    const same = (key || first) === now.page && sameVars(routeVars, now.routeVars);
    if (!same) this.navigation.open({ key: key === first ? "" : key, routeVars });
    return true;
  }

  // --- to the service --------------------------------------------------------------------------------

  /** Send an event; whatever was typed before it goes first. Says what went wrong, if something did. */
  async emit(event: Outgoing): Promise<Outcome> {
    if (!event.draft) this.sendDrafts();
    const outcome = await this.connection.send(event);
    this.report(outcome);
    return outcome;
  }

  /** Something typed will be sent by `send`, soon or before the next other event. */
  addDraft(send: () => void): void {
    this.unsent.add(send);
  }

  removeDraft(send: () => void): void {
    this.unsent.delete(send);
  }

  sendDrafts(): void {
    for (const send of [...this.unsent]) send();
  }

  /** What was put into the input with this key, see `Entered`. */
  enteredIn(key: string): Entered {
    let entered = this.entered.get(key);
    if (!entered) this.entered.set(key, (entered = { value: signal(undefined), onTheWay: 0, unfinished: false }));
    return entered;
  }

  /** Send what the page has made ahead of the event that will name it; returns its id. */
  upload(file: Blob, name: string): Promise<string> {
    return postFile(this.uploads, this.connection.sessionKey ?? "", file, name);
  }

  /** Send a file that a person has chosen; returns its id. */
  readonly sendFile: Send = (file, onProgress, stop) => postFile(this.uploads, this.connection.sessionKey ?? "", file, file.name, onProgress, stop);

  private get uploads(): string {
    return `${this.bootstrap.base}uploads`;
  }

  private place(): Place {
    const { key, routeVars } = this.navigation.address.peek();
    return { page: this.page.peek()?.id ?? key, routeVars };
  }

  private placeShown(visits: number, page: string | undefined, routeVars: Record<string, string>): void {
    if (visits === 0 || page === undefined) return;
    untracked(() => {
      const before = this.shown;
      this.shown = { page, routeVars };
      // Handlers of all that follows see where the browser is now.
      this.connection.tellPlace();
      if (before?.page !== page) {
        this.dialogs.value = new Map();
        this.firePageEvent("wf-page-open", page);
      }
      if (before && (before.page !== page || !sameVars(before.routeVars, routeVars))) this.fireRouteEvent("wf-hashchange");
    });
  }

  private fireRouteEvent(event: string): void {
    const { page, routeVars } = this.place();
    this.firePageEvent(event, { page_key: page, route_vars: routeVars });
  }

  private firePageEvent(event: string, payload: Json): void {
    const page = this.page.peek();
    if (!page?.on.includes(event)) return;
    void this.emit({ page: page.id, component: page.id, event, payload, rows: [], draft: false });
  }

  private report({ status, message, error_id: errorId }: Outcome): void {
    if (status === "error" && this.editing) notify("error", "The handler failed", "The log says where and why.");
    else if (status === "error") notify("error", "Something went wrong", errorId && `Error ${errorId}`);
    else if (status === "refused") notify("warning", message || "This was not accepted");
    else if (status === "cancelled") notify("info", "Cancelled", message || "The app was replaced by a newer version meanwhile.");
    else if (status === "lost") notify("warning", "The app stopped", "Whether this was done is not known.");
  }
}
