import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Connection, type Receiver } from "../../static/app/connection.ts";
import type { Bootstrap, Changes, FromBrowser, Joined, ToBrowser } from "../../static/app/protocol.ts";

/** The browser's socket, from the other side: the seam at which the network is replaced. */
class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  readonly written: FromBrowser[] = [];
  onopen = (): void => undefined;
  onmessage = (_: { data: string }): void => undefined;
  onclose = (_: { code: number }): void => undefined;

  constructor(readonly url: URL) {
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1) as FakeSocket;
  }

  open(): this {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
    return this;
  }

  send(text: string): void {
    this.written.push(JSON.parse(text) as FromBrowser);
  }

  close(code = 1006): void {
    this.readyState = 3;
    this.onclose({ code });
  }

  tell(message: ToBrowser): void {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const BOOTSTRAP: Bootstrap = { ticket: "t", socket: "session", mode: "run", title: "", builder_origin: null, base: "/", upload_bytes: 1 };
const joined = (more: Partial<Joined> = {}): Joined => ({ type: "joined", session: "s", key: "k", resumed: false, revision: 0, pages: [], pages_revision: 1, state: {}, sequence: 0, ...more });
const changes = (revision: number): Changes => ({ type: "changes", revision, operations: [["set", ["n"], revision]] });
const click = { page: "main", component: "b", event: "wf-click", payload: null, rows: [], draft: false };

let applied: number[] = [];
let shown: number[] = [];
let fits = true;
const receiver: Receiver = {
  onJoined: () => undefined,
  onSnapshot: ({ revision }) => void applied.push(-revision),
  onChanges: ({ revision }) => fits && applied.push(revision) > 0,
  onPages: ({ pages_revision }) => void shown.push(-pages_revision),
  onParts: ({ pages_revision }) => fits && shown.push(pages_revision) > 0,
  onAction: () => undefined,
};

function connect(session: string | null = null): Connection {
  return new Connection({ ...BOOTSTRAP }, receiver, () => ({ page: "main", routeVars: {} }), session);
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  FakeSocket.all = [];
  applied = [];
  shown = [];
  fits = true;
  Object.assign(globalThis, { WebSocket: FakeSocket, window: { addEventListener: () => undefined }, location: new URL("http://127.0.0.1:1/main") });
});

test("the first frame joins, and the session's id is used to come back", () => {
  connect("old");
  FakeSocket.last.open();
  assert.equal(String(FakeSocket.last.url), "ws://127.0.0.1:1/session");
  assert.deepEqual(FakeSocket.last.written, [{ type: "join", ticket: "t", session: "old", page: "main", route_vars: {} }]);

  FakeSocket.last.tell(joined({ key: "new" }));
  FakeSocket.last.close();
  mock.timers.tick(60);

  assert.equal((FakeSocket.last.open().written[0] as { session: string }).session, "new");
});

test("an event without an answer is sent again under its number when the session goes on", () => {
  const connection = connect();
  FakeSocket.last.open().tell(joined());
  void connection.send(click);
  FakeSocket.last.close();
  void connection.send({ ...click, component: "c" });
  mock.timers.tick(60);

  FakeSocket.last.open().tell(joined({ resumed: true, sequence: 1 }));

  const sent = FakeSocket.last.written.filter((message) => message.type === "event");
  assert.deepEqual(sent.map(({ sequence, component }) => [sequence, component]), [[1, "b"], [2, "c"]]);
});

test("nothing is sent before the service has answered the join", () => {
  const connection = connect();
  FakeSocket.last.open();

  void connection.send(click);
  assert.equal(FakeSocket.last.written.length, 1);

  FakeSocket.last.tell(joined());
  assert.equal(FakeSocket.last.written.length, 2);
});

test("a gap in the revisions asks for everything once, and what comes before the snapshot is passed over", () => {
  connect();
  const socket = FakeSocket.last.open();
  socket.tell(joined({ revision: 4 }));
  for (const revision of [4, 5, 7, 8]) socket.tell(changes(revision));
  assert.deepEqual(applied, [5]);
  assert.deepEqual(socket.written.slice(1), [{ type: "resync", pages: false }]);

  socket.tell({ type: "snapshot", revision: 8, state: {} });
  socket.tell(changes(9));

  assert.deepEqual(applied, [5, -8, 9]);
});

test("what an event has changed is there before its answer, and counts as a revision", async () => {
  const connection = connect();
  const socket = FakeSocket.last.open();
  socket.tell(joined());
  const answered = connection.send(click).then(() => applied.push(100));

  socket.tell({ type: "done", sequence: 1, status: "ok", message: "", error_id: "", changes: changes(1) });
  await answered;
  socket.tell(changes(2));

  assert.deepEqual(applied, [1, 100, 2]);
});

test("changes that don't fit ask for everything too", () => {
  connect();
  const socket = FakeSocket.last.open();
  socket.tell(joined());
  fits = false;

  socket.tell(changes(1));

  assert.deepEqual(socket.written.at(-1), { type: "resync", pages: false });
});

test("parts of pages are taken in their order; a gap asks for all pages once, and goes on from those", () => {
  connect();
  const socket = FakeSocket.last.open();
  const parts = (revision: number): void => socket.tell({ type: "parts", pages: {}, pages_revision: revision });
  socket.tell(joined());
  for (const revision of [2, 4, 5]) parts(revision);
  assert.deepEqual(shown, [2]);
  assert.deepEqual(socket.written.slice(1), [{ type: "resync", pages: true }]);

  socket.tell(joined({ resumed: true, pages_revision: 5 }));
  parts(6);
  socket.tell({ type: "pages", pages: [], pages_revision: 7 });
  fits = false;
  parts(8);

  assert.deepEqual(shown, [2, 6, -7]);
  assert.deepEqual(socket.written.at(-1), { type: "resync", pages: true });
});

test("a session that joins anew after a gap in its state takes changes again", () => {
  connect();
  const socket = FakeSocket.last.open();
  socket.tell(joined());
  socket.tell(changes(3));
  socket.tell(joined({ resumed: true, revision: 3 }));

  socket.tell(changes(4));

  assert.deepEqual(applied, [4]);
});

const wanted = { page: "main", component: "t", rows: [], version: "a", start: 0, count: 9, sort: null, descending: false, search: "", filters: [], form: "cells" as const };

test("rows are answered by their number; those that a lost line owes are lost, and not asked again", async () => {
  const connection = connect();
  const none = await connection.readRows(wanted);
  FakeSocket.last.open().tell(joined());
  const first = connection.readRows(wanted);
  const second = connection.readRows(wanted);
  FakeSocket.last.tell({ type: "rows", request: 3, status: "ok", message: "", body: null });
  FakeSocket.last.close();
  mock.timers.tick(60);
  FakeSocket.last.open().tell(joined({ resumed: true }));

  assert.equal(none.status, "lost");
  assert.equal((await first).status, "lost");
  assert.equal((await second).status, "ok");
  assert.deepEqual(FakeSocket.last.written.filter(({ type }) => type === "read_rows"), []);
});

test("a service that sends everything anew owes no rows any more", async () => {
  const connection = connect();
  FakeSocket.last.open().tell(joined());
  const asked = connection.readRows(wanted);
  assert.deepEqual(FakeSocket.last.written.at(-1), { type: "read_rows", request: 1, ...wanted });

  FakeSocket.last.tell(joined({ resumed: true }));

  assert.equal((await asked).status, "lost");
});

test("a session that another tab took over is left to it", () => {
  const connection = connect();
  FakeSocket.last.open().tell(joined());

  FakeSocket.last.close(4409);
  mock.timers.tick(60_000);

  assert.equal(connection.line.value, "replaced");
  assert.equal(FakeSocket.all.length, 1);
});

test("a page whose ticket doesn't count any more takes a new one, and waits while only a proxy answers", async () => {
  const page = { getElementById: () => ({ textContent: JSON.stringify({ ticket: "new" }) }) };
  const parser = class { parseFromString = () => page; };
  const statuses = [502, 503, 200];
  Object.assign(globalThis, { DOMParser: parser, fetch: () => Promise.resolve({ status: statuses.shift(), text: () => Promise.resolve("") }) });
  const connection = connect();
  const settled = () => new Promise<void>((done) => void setImmediate(done));
  for (let attempt = 1; attempt <= 3; attempt++) {
    FakeSocket.last.open().close(4401);
    await settled();
    mock.timers.tick(10_000);
    assert.equal(FakeSocket.all.length, attempt + 1);
    assert.equal(connection.line.value, "lost");
  }

  assert.equal((FakeSocket.last.open().written[0] as { ticket: string }).ticket, "new");
});

test("as long as there is no connection it is tried again, and the page is told", () => {
  const connection = connect();
  for (let attempt = 1; attempt <= 6; attempt++) {
    FakeSocket.last.close();
    mock.timers.tick(10_000);
    assert.equal(FakeSocket.all.length, attempt + 1);
    assert.equal(connection.line.value, "lost");
  }

  FakeSocket.last.open().tell(joined());

  assert.equal(connection.line.value, "open");
});
