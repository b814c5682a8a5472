import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at, toTree } from "../../static/app/changes.ts";
import { asText, evaluate, isTrue, parse, parsePath } from "../../static/app/expressions.ts";
import type { Json } from "../../static/app/protocol.ts";

interface Case {
  template: string;
  state?: Json;
  scope?: { [key: string]: Json };
  expected?: Json;
}

// Node runs this from static/, whatever folder the bundle stands in.
const cases = JSON.parse(readFileSync("../tests/expressions_cases.json", "utf8")) as Case[];

for (const { template, state, scope = {}, expected } of cases.filter((each) => "state" in each)) {
  test(`${JSON.stringify(template)} with ${JSON.stringify(scope)} is ${JSON.stringify(expected)}`, () => {
    const names = toTree({ ...(state as { [key: string]: Json }), ...scope });

    const value = evaluate(parse(template), (path) => at(names, path));

    assert.deepEqual(JSON.parse(JSON.stringify(value)), expected);
  });
}

test("a binding is a path without the braces", () => {
  assert.deepEqual(parsePath("form.name"), ["form", "name"]);
  assert.deepEqual(parsePath("rows[item_id].name"), ["rows", ["item_id"], "name"]);
  assert.equal(parsePath("form..name"), null);
  assert.equal(parsePath(""), null);
  assert.equal(parsePath("a} b"), null);
  assert.deepEqual(parsePath(" @{form.name} "), ["form", "name"]);
});

test("keys that objects have anyway are found only where they were set", () => {
  const state = toTree(JSON.parse('{"a": {}, "b": {"__proto__": "own", "constructor": 1}}') as Json);
  const value = (text: string) => evaluate(parse(text), (path) => at(state, path));

  assert.equal(value("@{a.__proto__}"), null);
  assert.equal(value("@{a.constructor.name}"), null);
  assert.equal(value("@{toString}"), null);
  assert.equal(value("@{b.__proto__}"), "own");
  assert.equal(value("@{b.constructor}"), 1);
});

test("what state holds is never read as a template", () => {
  assert.equal(evaluate(parse("x@{a}"), () => "@{b}"), "x@{b}");
});

test("a text of a hundred thousand broken templates is read once", () => {
  for (const broken of ["@{a[", "@{a['", "@{a.", "@{[[[["]) {
    const text = broken.repeat(100_000);

    assert.equal(evaluate(parse(text), () => "never"), text);
  }
});

test("only nothing, false, zero and the empty text are false", () => {
  for (const value of [null, undefined, false, 0, ""]) assert.equal(isTrue(value), false);
  for (const value of [true, 1, -0.5, "false", [], {}]) assert.equal(isTrue(value), true);
});

test("values read well in a text", () => {
  assert.equal(asText(1.5), "1.5");
  assert.equal(asText(true), "true");
  assert.equal(asText(null), "");
});
