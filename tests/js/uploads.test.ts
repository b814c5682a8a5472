import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords, isAccepted, Selection } from "../../static/app/uploads.ts";

const RULES = { multiple: true, accept: "", most: 1_000 };

interface Sending {
  name: string;
  stop: AbortSignal;
  progress(part: number): void;
  arrive(id: string): void;
  fail(words: string): void;
}

function selection() {
  const sending: Sending[] = [];
  const done: string[][] = [];
  const chosen = new Selection(
    (file, progress, stop) =>
      new Promise((arrive, refuse) => {
        const fail = (words: string) => refuse(new Error(words));
        stop.addEventListener("abort", () => fail("Cancelled."));
        sending.push({ name: file.name, stop, progress, arrive, fail });
      }),
    (uploads) => done.push(uploads),
  );
  const shown = () => chosen.list.value.map(({ file, stage, words }) => [file.name, stage, words].join(" ").trim());
  return { chosen, sending, done, shown };
}

const file = (name: string, size = 1) => new File(["x".repeat(size)], name);
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("files go one after the other, and the event comes when all have arrived", async () => {
  const { chosen, sending, done, shown } = selection();
  chosen.choose([file("a"), file("b")], RULES);

  assert.deepEqual(shown(), ["a sending", "b waiting"]);
  sending[0]?.progress(0.5);
  assert.equal(chosen.list.value[0]?.progress, 0.5);
  sending[0]?.arrive("1");
  await settled();
  assert.deepEqual([shown(), done], [["a sent", "b sending"], []]);
  sending[1]?.arrive("2");
  await settled();

  assert.deepEqual(done, [["1", "2"]]);
});

test("a file that can't be sent says why, and the others arrive", async () => {
  const { chosen, sending, done, shown } = selection();
  chosen.choose([file("big.csv", 2_000), file("a.txt"), file("ok.csv"), file("lost.csv")], { ...RULES, accept: ".csv" });
  sending[0]?.arrive("1");
  await settled();
  sending[1]?.fail("The connection was lost.");
  await settled();

  assert.deepEqual(shown(), [
    "big.csv failed It is larger than 1,000 bytes.",
    "a.txt failed Only these files are accepted: .csv",
    "ok.csv sent",
    "lost.csv failed The connection was lost.",
  ]);
  assert.deepEqual(done, [["1"]]);
});

test("where one file may be chosen, a second one that is dropped says so", () => {
  const { chosen, shown } = selection();
  chosen.choose([file("a"), file("b")], { ...RULES, multiple: false });

  assert.deepEqual(shown(), ["a sending", "b failed Only one file can be chosen."]);
});

test("a file that is cancelled is stopped, and what has arrived needs no second way", async () => {
  const { chosen, sending, done } = selection();
  chosen.choose([file("a"), file("b"), file("c")], RULES);
  sending[0]?.arrive("1");
  await settled();

  chosen.remove(chosen.list.value[1]?.id ?? 0);
  await settled();
  sending[2]?.arrive("3");
  await settled();

  assert.ok(sending[1]?.stop.aborted);
  assert.deepEqual(sending.map(({ name }) => name), ["a", "b", "c"]);
  assert.deepEqual(done, [["1", "3"]]);
});

test("what is left after one was removed is sent anew, and nothing left is an event too", async () => {
  const { chosen, sending, done } = selection();
  chosen.choose([file("a"), file("b")], RULES);
  sending[0]?.arrive("1");
  await settled();
  sending[1]?.arrive("2");
  await settled();

  chosen.remove(chosen.list.value[0]?.id ?? 0);
  sending[2]?.arrive("3");
  await settled();
  chosen.remove(chosen.list.value[0]?.id ?? 0);
  await settled();

  assert.deepEqual(done, [["1", "2"], ["3"], []]);
});

test("another choice takes the place of one that is on its way", async () => {
  const { chosen, sending, done, shown } = selection();
  chosen.choose([file("old")], RULES);
  chosen.choose([file("new")], RULES);
  await settled();
  sending[1]?.arrive("2");
  await settled();

  assert.deepEqual([shown(), done], [["new sent"], [["2"]]]);
});

for (const [name, type, accept, expected] of [
  ["A.CSV", "", ".csv", true],
  ["a.csv.exe", "text/csv", ".csv", false],
  ["a", "image/png; x=1", "image/*", true],
  ["a", "image/png", "image/jpeg", false],
  ["a", "", "", true],
  ["a", "", " , ", true],
  ["a", "text/plain", ".csv, text/plain", true],
] as const) {
  test(`${name} (${type}) is ${expected ? "" : "not "}accepted as "${accept}"`, () => assert.equal(isAccepted(name, type, accept), expected));
}

test("sizes are said in units that people read", () => {
  assert.deepEqual([0, 1, 1_023, 1_536, 200 * 1024 ** 2, 3 * 1024 ** 4].map(inWords), ["0 bytes", "1 byte", "1,023 bytes", "1.5 KB", "200 MB", "3,072 GB"]);
});
