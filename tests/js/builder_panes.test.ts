/** The panes below the canvas: each in one place, whatever is done with them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { besidePane, closePane, enlargePane, FIRST_DOCK, groupOf, isShown, joinPane, moveLine, PANES, seenGroups, showPane, soundDock, type Dock } from "../../static/builder/panes.ts";

const shape = (dock: Dock): string => dock.groups.map((group) => `${group.open ? "" : "-"}${group.panes.map((pane) => (pane === group.shown ? pane.toUpperCase() : pane)).join(" ")}`).join(" | ");
const shares = (dock: Dock): number => Math.round(dock.groups.reduce((sum, group) => sum + group.share, 0));

test("a pane that is shown opens its place and ends another's enlargement", () => {
  assert.equal(shape(showPane(closePane(FIRST_DOCK, "log"), "state")), "CODE | log STATE history handlers problems search");
  assert.equal(showPane(enlargePane(FIRST_DOCK, "code"), "state").enlarged, null);
  assert.equal(showPane(enlargePane(FIRST_DOCK, "log"), "state").enlarged, "state");
});

test("a place is closed with all its tabs, and comes back as it was", () => {
  const shut = closePane(showPane(FIRST_DOCK, "history"), "history");
  assert.equal(shape(shut), "CODE | -log state HISTORY handlers problems search");
  assert.equal(isShown(shut, "history"), false);
  assert.equal(shape(showPane(shut, "history")), "CODE | log state HISTORY handlers problems search");
});

test("a tab gets a place of its own, and goes back among others", () => {
  const three = besidePane(FIRST_DOCK, "log");
  assert.equal(shape(three), "CODE | STATE history handlers problems search | LOG");
  assert.equal(shape(joinPane(three, "log", groupOf(three, "state"), "history")), "CODE | state LOG history handlers problems search");
  assert.equal(shape(joinPane(three, "log", groupOf(three, "code"))), "code LOG | STATE history handlers problems search");
  assert.equal(shape(besidePane(three, "code", groupOf(three, "log"), "left")), "STATE history handlers problems search | CODE | LOG");
  assert.equal(besidePane(FIRST_DOCK, "code"), FIRST_DOCK);
  assert.equal(joinPane(three, "log", groupOf(three, "log")), three);
});

test("an enlarged pane is the only one seen, until it is small again", () => {
  const large = enlargePane(FIRST_DOCK, "code");
  assert.deepEqual(seenGroups(large).map((group) => group.shown), ["code"]);
  assert.equal(isShown(large, "log"), false);
  assert.deepEqual(seenGroups(enlargePane(large, "code")).map((group) => group.shown), ["code", "log"]);
  assert.equal(closePane(large, "code").enlarged, null);
});

test("the line between two places moves within bounds, and no width is lost", () => {
  const moved = moveLine(FIRST_DOCK, FIRST_DOCK.groups[0]!, 0.1);
  assert.deepEqual(moved.groups.map((group) => group.share), [64, 36]);
  assert.deepEqual(moveLine(FIRST_DOCK, FIRST_DOCK.groups[0]!, -5).groups.map((group) => group.share), [12, 88]);
  assert.equal(moveLine(FIRST_DOCK, FIRST_DOCK.groups[1]!, 0.1), FIRST_DOCK);
});

test("after any steps every pane stands in one place and all have room", () => {
  let dock = FIRST_DOCK;
  let luck = 7;
  const next = (n: number): number => (luck = (luck * 48271) % 2147483647) % n;
  for (let i = 0; i < 2000; i++) {
    const pane = PANES[next(PANES.length)]!;
    const other = dock.groups[next(dock.groups.length)]!;
    const step = next(6);
    if (step === 0) dock = showPane(dock, pane);
    else if (step === 1) dock = closePane(dock, pane);
    else if (step === 2) dock = besidePane(dock, pane, other, next(2) ? "left" : "right");
    else if (step === 3) dock = joinPane(dock, pane, other, other.panes[next(other.panes.length + 1)] ?? null);
    else if (step === 4) dock = enlargePane(dock, pane);
    else dock = moveLine(dock, other, next(100) / 100 - 0.5);
    assert.deepEqual(dock.groups.flatMap((group) => group.panes).sort(), [...PANES].sort());
    assert.equal(shares(dock), 100);
    assert.ok(dock.groups.every((group) => group.share > 0 && group.panes.includes(group.shown)), shape(dock));
    assert.deepEqual(soundDock(JSON.parse(JSON.stringify(dock))).groups, dock.groups);
  }
});

test("what another version has kept becomes a dock with every pane", () => {
  assert.equal(shape(soundDock({ groups: [{ panes: ["log", "gone"], shown: "gone" }, { panes: ["code", "log"], shown: "code", open: false, share: "wide" }] })), "LOG | -CODE state history handlers problems search");
  for (const bad of [null, 3, {}, { groups: [] }, { groups: [null, { panes: 4 }] }]) assert.equal(soundDock(bad), FIRST_DOCK);
});
