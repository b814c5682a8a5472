/** The Builder's socket: pushes from the service, and questions to it. Comes back by itself when it is lost. */
import type { Answer, ServerPush } from "./protocol.ts";

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

export interface SocketEvents {
  push(message: ServerPush): void;
  /** `false` while the connection is down; `again` when this isn't the first time it stands. */
  connected(up: boolean, again: boolean): void;
  /** The first frame of a connection. */
  greeting(): object;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class BuilderSocket {
  private socket: WebSocket | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private failures = 0;
  private opened = false;

  constructor(
    private readonly url: string,
    private readonly events: SocketEvents,
  ) {
    this.connect();
    window.addEventListener("online", () => this.connect());
  }

  /** Ask; rejects when the connection is down or goes down before the answer. */
  request(method: string, params: object): Promise<unknown> {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error("The Builder's service is out of reach."));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** Say up to which record the log was taken: no more of it comes than a little ahead of that. */
  taken(number: number): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(String(number));
  }

  private connect(): void {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.failures = 0;
      socket.send(JSON.stringify(this.events.greeting()));
      this.events.connected(true, this.opened);
      this.opened = true;
    };
    socket.onmessage = (message: MessageEvent<string>) => this.receive(JSON.parse(message.data) as ServerPush | Answer);
    socket.onclose = () => {
      for (const { reject } of this.waiting.values()) reject(new Error("The connection was lost."));
      this.waiting.clear();
      this.events.connected(false, this.opened);
      const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures++);
      setTimeout(() => this.connect(), delay);
    };
  }

  private receive(message: ServerPush | Answer): void {
    if ("type" in message) {
      this.events.push(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result);
  }
}
