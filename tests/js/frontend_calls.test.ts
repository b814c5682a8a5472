import assert from "node:assert/strict";
import { test } from "node:test";
import { answerCall } from "../../static/app/frontend_calls.ts";
import { readAddress, sameVars, writeAddress } from "../../static/app/navigation.ts";
import type { Action, Json, Result } from "../../static/app/protocol.ts";

const FUNCTIONS: Record<string, unknown> = {
  add: (a: number, b: number) => a + b,
  later: async (text: string) => text.toUpperCase(),
  nothing: () => undefined,
  fails: () => {
    throw new RangeError("no such row");
  },
  says: () => Promise.reject("\ud800 went wrong"),
  big: () => 1n,
  cycle: () => {
    const one: Record<string, unknown> = {};
    one["one"] = one;
    return one;
  },
  function: () => () => 1,
  long: () => "é".repeat(300_000),
  deep: () => JSON.parse("[".repeat(40) + "]".repeat(40)) as unknown,
  infinite: () => [Infinity, NaN],
  number: 3,
};

async function call(name: string, args: Json[] = [], module = "tools"): Promise<Result> {
  const action: Action = { type: "action", action: "call_frontend_function", call: "c", module, name, args };
  return answerCall(action, {
    module: async (key) => {
      if (key !== "tools") throw new Error(`no module was imported as "${key}"`);
      return FUNCTIONS;
    },
  });
}

test("a function's result is answered, a promise's when it is there", async () => {
  assert.deepEqual(await call("add", [1, 2]), { type: "result", call: "c", value: 3, error: null });
  assert.equal((await call("later", ["x"])).value, "X");
  assert.equal((await call("nothing")).value, null);
  assert.deepEqual((await call("infinite")).value, [null, null]);
});

for (const [name, words] of [
  ["fails", /^RangeError: no such row$/],
  ["says", /^\ufffd went wrong$/],
  ["big", /BigInt/],
  ["cycle", /circular/],
  ["function", /returned a function, which is no JSON/],
  ["long", /more than 512 KB/],
  ["deep", /deeper than 32/],
  ["number", /exports no function "number"/],
  ["toString", /exports no function "toString"/],
] as const) {
  test(`the call of ${name} is answered with what went wrong`, async () => {
    const { value, error } = await call(name);

    assert.equal(value, null);
    assert.match(error ?? "", words);
  });
}

test("a module that was not imported is named", async () => {
  assert.match((await call("add", [], "other")).error ?? "", /no module was imported as "other"/);
});

test("an address holds the page and its variables, and is read as it was written", () => {
  const address = { key: "orders", routeVars: { id: "7", q: "a & b=ü/?#", __proto__x: "1" } };

  const written = new URL(writeAddress(address, "/shop/"), "http://127.0.0.1");

  const read = readAddress(written.pathname, written.search, "/shop/");
  assert.equal(read.key, "orders");
  assert.ok(sameVars(read.routeVars, address.routeVars));
});

test("an address with more than the service takes is cut, not refused", () => {
  const query = Array.from({ length: 60 }, (_, i) => `v${i}=${"x".repeat(2_000)}`).join("&");

  const { routeVars } = readAddress("/main", `?${"n".repeat(300)}=1&${query}`, "/");

  assert.equal(Object.keys(routeVars).length, 50);
  assert.equal(routeVars["v0"]?.length, 1_000);
});

test("variables are the same in any order, and not when one is missing", () => {
  assert.ok(sameVars({ a: "1", b: "2" }, { b: "2", a: "1" }));
  assert.ok(!sameVars({ a: "1" }, { a: "1", b: "2" }));
  assert.ok(!sameVars({ a: "1" }, { b: "1" }));
});
