/**
 * The line to the service: joins, comes back by itself, and keeps what was not answered. What arrives is
 * handed on in order; a gap in the revisions asks for everything anew.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { takeLooks } from "./looks.ts";
import { sameVars } from "./navigation.ts";
import { Outbox, type Outcome, type Outgoing, retryDelay } from "./outbox.ts";
import { type Action, type Bootstrap, type Changes, CLOSE, type FromBrowser, type Joined, type Pages, type Parts, type ReadRows, type Result, type Rows, type SessionStatus, type Snapshot, type ToBrowser } from "./protocol.ts";

/** `outdated`: only loading the page again helps. `replaced`: another tab goes on with this session. `refused`: the app lets this visitor in no more. */
export type Line = "connecting" | "open" | "lost" | "outdated" | "replaced" | "refused";

export interface Receiver {
  onJoined(message: Joined): void;
  onSnapshot(message: Snapshot): void;
  /** `false`: the changes don't fit what is there. */
  onChanges(message: Changes): boolean;
  onPages(message: Pages): void;
  /** `false`: they don't fit what is there. */
  onParts(message: Parts): boolean;
  onAction(message: Action): void;
}

/** What a join says; the rest of it the connection knows itself. */
export interface Place {
  page: string;
  routeVars: Record<string, string>;
}

export class Connection {
  readonly outbox = new Outbox();
  private readonly lineSignal = signal<Line>("connecting");
  private readonly appSignal = signal<SessionStatus["state"]>("starting");
  private socket: WebSocket | null = null;
  private joined = false;
  private revision = 0;
  private resyncing = false;
  /** `null`: there was a gap, and all pages are on their way. */
  private pagesRevision: number | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Requests for rows, by number. They are not sent again: whoever shows the frame asks when it comes anew. */
  private readonly asked = new Map<number, (answer: Rows) => void>();
  private lastAsked = 0;
  /** The place that the service knows. */
  private told: Place = { page: "", routeVars: {} };

  constructor(
    private readonly bootstrap: Bootstrap,
    private readonly receiver: Receiver,
    private readonly place: () => Place,
    private key: string | null,
  ) {
    window.addEventListener("online", () => this.connect());
    // A socket over a network that is gone would stay silent for minutes.
    window.addEventListener("offline", () => this.socket?.close());
    this.connect();
  }

  get line(): ReadonlySignal<Line> {
    return this.lineSignal;
  }

  get app(): ReadonlySignal<SessionStatus["state"]> {
    return this.appSignal;
  }

  /** Opens the session: for what goes by HTTP. */
  get sessionKey(): string | null {
    return this.key;
  }

  /** Settles when the service has answered, which may be after several connections. */
  send(event: Outgoing): Promise<Outcome> {
    const answered = this.outbox.add(event);
    this.flush();
    return answered;
  }

  /** The address may have changed; without a connection the next join says it. */
  tellPlace(): void {
    const place = this.place();
    if (!this.joined || (place.page === this.told.page && sameVars(place.routeVars, this.told.routeVars))) return;
    this.told = place;
    this.write({ type: "navigate", page: place.page, route_vars: place.routeVars });
  }

  /** Answer a call of the app's; one that can't be sent now is given up there after a while. */
  answer(result: Result): void {
    if (this.joined && this.socket?.readyState === WebSocket.OPEN) this.write(result);
  }

  private connect(): void {
    clearTimeout(this.timer);
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    if (["outdated", "replaced", "refused"].includes(this.lineSignal.peek())) return;
    const url = new URL(this.bootstrap.base + this.bootstrap.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onopen = () => {
      const { page, routeVars } = (this.told = this.place());
      this.write({ type: "join", ticket: this.bootstrap.ticket, session: this.key, page, route_vars: routeVars });
    };
    socket.onmessage = (frame: MessageEvent<string>) => this.receive(JSON.parse(frame.data) as ToBrowser);
    socket.onclose = ({ code }) => this.closed(code);
  }

  /** Settles with the answer, or as lost when the line is. */
  readRows(wanted: Omit<ReadRows, "type" | "request">): Promise<Rows> {
    const request = ++this.lastAsked;
    return new Promise((settle) => {
      this.asked.set(request, settle);
      if (this.joined) this.write({ type: "read_rows", request, ...wanted });
      else this.loseRows();
    });
  }

  private loseRows(): void {
    for (const [request, settle] of this.asked) settle({ type: "rows", request, status: "lost", message: "", body: null });
    this.asked.clear();
  }

  private closed(code: number): void {
    this.joined = false;
    this.loseRows();
    this.resyncing = false;
    if (code === CLOSE.replaced) {
      this.lineSignal.value = "replaced";
    } else if (code === CLOSE.notLetIn) {
      this.lineSignal.value = "refused";
    } else if (code === CLOSE.ticket || code === CLOSE.malformed) {
      void this.renewTicket();
    } else {
      this.lineSignal.value = "lost";
      this.retry();
    }
  }

  private retry(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), retryDelay(this.failures++, Math.random()));
  }

  /** The service was started anew. Its page holds a ticket that counts, and this page with all that was typed can stay. */
  private async renewTicket(): Promise<void> {
    this.lineSignal.value = "lost";
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      // A proxy says so while nobody stands behind it, and a service that is about to end.
      if (answer.status >= 500) return this.retry();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const { ticket } = JSON.parse(page.getElementById("bootstrap")?.textContent ?? "{}") as Partial<Bootstrap>;
      if (ticket && ticket !== this.bootstrap.ticket) {
        this.bootstrap.ticket = ticket;
        this.retry();
        return;
      }
      this.lineSignal.value = "outdated";
    } catch {
      this.retry();
    }
  }

  /** Say that a component of the app's own has failed; the service wants to know only while the app is edited. */
  tellProblem(component: string, message: string): void {
    if (this.joined && this.bootstrap.mode === "edit") this.write({ type: "problem", component, message: message.slice(0, 2_000) });
  }

  private write(message: FromBrowser): void {
    this.socket?.send(JSON.stringify(message));
  }

  private flush(): void {
    if (!this.joined || this.socket?.readyState !== WebSocket.OPEN) return;
    for (const event of this.outbox.flush()) this.write(event);
  }

  private receive(message: ToBrowser): void {
    switch (message.type) {
      case "joined":
        return this.takeJoined(message);
      case "snapshot":
        this.revision = message.revision;
        this.resyncing = false;
        return this.receiver.onSnapshot(message);
      case "changes":
        return this.takeChanges(message);
      case "done":
        if (message.changes) this.takeChanges(message.changes);
        return this.outbox.answer(message);
      case "rows":
        this.asked.get(message.request)?.(message);
        this.asked.delete(message.request);
        return;
      case "pages":
        this.pagesRevision = message.pages_revision;
        return this.receiver.onPages(message);
      case "parts":
        return this.takeParts(message);
      case "looks":
        return takeLooks(message, this.bootstrap.base);
      case "action":
        return this.receiver.onAction(message);
      case "status":
        this.appSignal.value = message.state;
    }
  }

  private takeJoined(message: Joined): void {
    this.failures = 0;
    this.loseRows();
    this.revision = message.revision;
    this.pagesRevision = message.pages_revision;
    this.resyncing = false;
    this.key = message.key;
    // An address without a page, or with one that isn't there, is that of the first.
    if (!message.pages.some((page) => page.id === this.told.page)) this.told = { ...this.told, page: message.pages[0]?.id ?? this.told.page };
    // Before the page sends anything: its numbers go on from those that the service has taken.
    if (message.resumed) this.outbox.resume(message.sequence);
    else this.outbox.restart(message.sequence);
    this.receiver.onJoined(message);
    this.joined = true;
    this.tellPlace();
    this.appSignal.value = "live";
    this.lineSignal.value = "open";
    this.flush();
  }

  private takeChanges(message: Changes): void {
    // What comes between a gap and the snapshot is in the snapshot already.
    if (this.resyncing || message.revision <= this.revision) return;
    if (message.revision === this.revision + 1 && this.receiver.onChanges(message)) {
      this.revision = message.revision;
      return;
    }
    this.resyncing = true;
    this.write({ type: "resync", pages: false });
  }

  /** Of revisions behind a gap nothing is taken: all pages come, asked for once. */
  private takeParts(message: Parts): void {
    if (this.pagesRevision === null) return;
    if (message.pages_revision === this.pagesRevision + 1 && this.receiver.onParts(message)) {
      this.pagesRevision = message.pages_revision;
      return;
    }
    this.pagesRevision = null;
    this.write({ type: "resync", pages: true });
  }
}
