import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox, type Outcome, type Outgoing, retryDelay } from "../../static/app/outbox.ts";

const event = (component: string, draft = false, payload: string | null = null): Outgoing => ({ page: "main", component, event: draft ? "wf-change" : "wf-click", payload, rows: [], draft });
const ok = (sequence: number) => ({ sequence, status: "ok" as const, message: "", error_id: "" });
const sent = (outbox: Outbox) => outbox.flush().map(({ sequence, component, payload }) => [sequence, component, payload]);

/** The outcome, or `null` as long as there is none. */
async function settled(promise: Promise<Outcome>): Promise<Outcome["status"] | null> {
  return (await Promise.race([promise, Promise.resolve(null)]))?.status ?? null;
}

test("events are numbered in their order and written once", () => {
  const outbox = new Outbox();
  void outbox.add(event("a"));
  void outbox.add(event("b"));

  assert.deepEqual(sent(outbox), [[1, "a", null], [2, "b", null]]);
  assert.deepEqual(sent(outbox), []);
});

test("an answer settles its event and no other", async () => {
  const outbox = new Outbox();
  const [first, second] = [outbox.add(event("a")), outbox.add(event("b"))];

  outbox.answer(ok(2));

  assert.equal(await settled(second), "ok");
  assert.equal(await settled(first), null);
  outbox.answer(ok(2));
  assert.equal(outbox.size, 1);
});

test("after a reconnect all that was not answered is written again under its number", () => {
  const outbox = new Outbox();
  for (const name of ["a", "b", "c"]) void outbox.add(event(name));
  outbox.flush();
  outbox.answer(ok(1));

  outbox.resume(2);

  assert.deepEqual(sent(outbox), [[2, "b", null], [3, "c", null]]);
});

test("a page that was loaded again counts on where its session was", () => {
  const outbox = new Outbox();
  outbox.resume(41);

  void outbox.add(event("a"));

  assert.deepEqual(sent(outbox), [[42, "a", null]]);
});

test("with a new session what may have happened is lost, what was typed or never sent goes on", async () => {
  const outbox = new Outbox();
  const clicked = outbox.add(event("a"));
  const typed = outbox.add(event("name", true, "Ada"));
  outbox.flush();
  const waiting = outbox.add(event("b"));

  outbox.restart(0);

  assert.equal(await settled(clicked), "lost");
  assert.equal(await settled(typed), null);
  assert.equal(await settled(waiting), null);
  assert.deepEqual(sent(outbox).map(([, ...rest]) => rest), [["name", "Ada"], ["b", null]]);
});

test("of what is typed while nothing can be sent only the newest is kept", async () => {
  const outbox = new Outbox();
  const first = outbox.add(event("name", true, "A"));
  void outbox.add(event("name", true, "Ad"));
  void outbox.add(event("save"));
  void outbox.add(event("name", true, "Ada"));

  assert.equal(await settled(first), "ok");
  assert.deepEqual(sent(outbox).map(([, ...rest]) => rest), [["name", "Ad"], ["save", null], ["name", "Ada"]]);
});

test("a full outbox refuses with a reason instead of growing", async () => {
  const outbox = new Outbox();
  for (let i = 0; i < 200; i++) void outbox.add(event(`c${i}`));

  const outcome = await outbox.add(event("one more"));

  assert.equal(outcome.status, "refused");
  assert.match(outcome.message, /connection/);
  assert.equal(outbox.size, 200);
});

test("retries come soon, then more slowly, never all at once, at most ten seconds apart", () => {
  assert.ok(retryDelay(0, 1) <= 50);
  for (let failures = 1; failures < 40; failures++) {
    assert.ok(retryDelay(failures, 0) >= 250);
    assert.ok(retryDelay(failures, 1) <= 10_000);
    assert.ok(retryDelay(failures, 1) > retryDelay(failures, 0));
  }
});
