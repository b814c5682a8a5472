import assert from "node:assert/strict";
import { test } from "node:test";
import { plainLines, tokeniser } from "../../static/app/code_languages.ts";
import { readable, treeRows } from "../../static/app/json_rows.ts";
import { markersOf } from "../../static/app/map_markers.ts";
import { part } from "../../static/app/later.tsx";
import { GAP, pageAt, pageTops, placesOf } from "../../static/app/pdf_pages.ts";
import { sqlTokens } from "../../static/app/sql_tokens.ts";
import { tileAddress } from "../../static/app/urls.ts";

Object.assign(globalThis, { location: new URL("http://app.test/page") });

const NONE: ReadonlySet<string> = new Set();

// --- JSON ----------------------------------------------------------------------------------------------

test("so many levels are open at first, and what was pressed is the other way round", () => {
  const value = { a: { b: [1, 2] }, c: {} };

  const paths = (depth: number, ...toggled: string[]) => treeRows(value, depth, new Set(toggled)).rows.map(({ path }) => path);

  assert.deepEqual(paths(0), [""]);
  assert.deepEqual(paths(1), ["", "/a", "/c"]);
  assert.deepEqual(paths(1, "/a"), ["", "/a", "/a/b", "/c"]);
  assert.deepEqual(paths(3, "/a/b"), ["", "/a", "/a/b", "/c"]);
});

test("keys with slashes have paths of their own", () => {
  const { rows } = treeRows({ "a/b": 1, a: { b: 2 }, "a~1b": 3 }, 9, NONE);

  assert.equal(new Set(rows.map(({ path }) => path)).size, 5);
});

test("long lists stay folded, and a tree has an end", () => {
  const hundreds = Array.from({ length: 500 }, () => Array.from({ length: 500 }, () => 0));

  assert.equal(treeRows({ hundreds }, 9, NONE).rows.length, 2);
  const { rows, cut } = treeRows(hundreds, 0, new Set(["", ...hundreds.map((_, i) => `/${i}`)]));
  assert.equal(rows.length, 200_000);
  assert.equal(cut, true);
});

test("a text that holds JSON is that, any other text is a text", () => {
  assert.deepEqual(readable(' {"a": [1]}'), { a: [1] });
  assert.equal(readable("{not so"), "{not so");
  assert.equal(readable("12"), "12");
});

test("a data frame is its first records, and what holds none stays the same object", () => {
  const $frame = { columns: [{ name: "a", type: "number" }, { name: "b", type: "text" }], rows: [[1, "x"], [2, null]], total: 9 };
  const plain = { a: [{ b: 1 }] };

  assert.deepEqual(readable({ table: { $frame } }), { table: { rows: 9, "first records": [{ a: 1, b: "x" }, { a: 2, b: null }] } });
  assert.equal(readable(plain), plain);
});

// --- code ----------------------------------------------------------------------------------------------

const PIECES: readonly [string, string, string, string][] = [
  ["python", "def f(x):\n    return 'é'", "def", "tok-keyword"],
  ["javascript", "const a = <b>{1}</b>;\n", "const", "tok-keyword"],
  ["typescript", "let a: string = '1';", "string", "tok-typeName"],
  ["json", '{"a": [1,\r\n true]}', "true", "tok-bool"],
  ["html", "<p class='a'>b</p>", "p", "tok-typeName"],
  ["css", "a { color: red }", "color", "tok-propertyName"],
  ["yaml", "a: 1\nb: [2]", "a", "tok-definition"],
  ["markdown", "# Title\n\ntext", " Title", "tok-heading"],
  ["sql", "SELECT 'it''s', \"a b\" -- why\nFROM t WHERE n > 1.5", "'it''s'", "tok-string"],
];

for (const [language, code, piece, kind] of PIECES) {
  test(`${language} keeps every character and knows a ${kind}`, async () => {
    const lines = (await tokeniser(language).load())(code);

    assert.deepEqual(lines.map((line) => line.map(({ text }) => text).join("")), plainLines(code).map((line) => line.map(({ text }) => text).join("")));
    const found = lines.flat().find(({ text }) => text === piece);
    assert.ok(found?.kind.split(" ").includes(kind), JSON.stringify(lines));
  });
}

test("a string or comment of SQL that doesn't end goes to the end", () => {
  for (const code of ["select 'a\n b", "select /* a\n b", "$x$ a $y$ b"]) assert.equal(sqlTokens(code).map(({ text }) => text).join(""), code);
  assert.equal(sqlTokens("'a\n b").at(-1)?.kind, "tok-string");
});

// --- maps ----------------------------------------------------------------------------------------------

test("markers are known by their id, else by their position, and need a place", () => {
  const list = [{ id: "b", lat: 52.5, lng: "13.4", name: "Berlin" }, { lat: 0, lng: 0 }, { lat: 91, lng: 0 }, { id: 7, lat: 1, lng: 1 }, { id: "b", lat: 2, lng: 2 }, null];

  const { markers, unplaced } = markersOf(list);

  assert.deepEqual(markers.map(({ id, lat, lng }) => [id, lat, lng]), [["b", 52.5, 13.4], ["1", 0, 0], ["7", 1, 1]]);
  assert.equal(unplaced, 2);
});

test("of a mapping the keys are the ids, and what is no mapping or list has no markers", () => {
  assert.deepEqual(markersOf({ home: { id: "other", lat: 1, lng: 2 } }).markers.map(({ id }) => id), ["home"]);
  for (const nothing of [null, "text", 5]) assert.deepEqual(markersOf(nothing), { markers: [], unplaced: 0 });
});

test("tiles come over http, or from the app itself", () => {
  assert.equal(tileAddress("https://{s}.tile.example.org/{z}/{x}/{y}.png", "/"), "https://{s}.tile.example.org/{z}/{x}/{y}.png");
  assert.equal(tileAddress("assets/tiles/{z}/{x}/{y}.png", "/"), "http://app.test/assets/tiles/{z}/{x}/{y}.png");
  for (const unfit of ["", "javascript:alert(1)//{z}", "data:image/png,{z}", "//elsewhere.example.org/{z}", "https://"]) assert.equal(tileAddress(unfit, "/"), null, unfit);
});

// --- documents -----------------------------------------------------------------------------------------

test("each point of a document belongs to a page", () => {
  const tops = pageTops([{ width: 10, height: 100 }, { width: 10, height: 50 }, { width: 10, height: 100 }], 2);

  assert.deepEqual(tops, [GAP, 2 * GAP + 200, 3 * GAP + 300, 4 * GAP + 500]);
  assert.deepEqual([0, GAP, 200, 2 * GAP + 199, 2 * GAP + 200, 3 * GAP + 300, 9_999].map((y) => pageAt(tops, y)), [0, 0, 0, 0, 1, 2, 2]);
});

test("a search finds all places whatever the case, and nothing finds nothing", () => {
  assert.deepEqual(placesOf("aAa b Aa", "aa"), [0, 6]);
  assert.deepEqual(placesOf("abc", ""), []);
});

// --- parts that are loaded later -----------------------------------------------------------------------

test("a part is loaded once, and again after it failed", async () => {
  let asked = 0;
  const wanted = part(async () => {
    asked += 1;
    if (asked === 1) throw new Error("offline");
    return "there";
  });

  await assert.rejects(wanted.load(), /offline/);
  assert.equal(wanted.now(), null);
  assert.deepEqual(await Promise.all([wanted.load(), wanted.load()]), ["there", "there"]);
  assert.equal(asked, 2);
});
