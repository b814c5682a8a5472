import assert from "node:assert/strict";
import { test } from "node:test";
import { fileRows, foldersAbove, nameProblem, rowNamed } from "../../static/builder/file_rows.ts";

const FILES = ["main.py", "a10.py", "a9.py", "shop/orders.py", "shop/deep/x.py", "assets/logo.png"].map((path) => ({ path, size: 1 }));
const FOLDERS = ["assets", "empty", "shop", "shop/deep"];

const shown = (opened: string[]): string[] => fileRows(FILES, FOLDERS, new Set(opened)).map((row) => `${row.level} ${row.path} ${row.position}/${row.siblings}`);

test("folders come first, then main.py, then the others as people count; only what stands in open folders is a row", () => {
  assert.deepEqual(shown([]), ["1 assets 1/6", "1 empty 2/6", "1 shop 3/6", "1 main.py 4/6", "1 a9.py 5/6", "1 a10.py 6/6"]);
  assert.deepEqual(shown(["shop", "shop/deep"]).slice(2, 6), ["1 shop 3/6", "2 shop/deep 1/2", "3 shop/deep/x.py 1/1", "2 shop/orders.py 2/2"]);
  // A folder above is shut: what is open below it doesn't show.
  assert.equal(shown(["shop/deep"]).length, 6);
});

test("a file whose folder is not listed still has its place", () => {
  assert.deepEqual(fileRows([{ path: "x/y.py", size: 1 }], [], new Set(["x"])).map((row) => row.path), ["x", "x/y.py"]);
});

test("a name that leads elsewhere, is taken or can't be everywhere is refused with a sentence", () => {
  const taken = new Set(["shop/orders.py"]);
  for (const name of ["", " ", "a\\b", "a:b", "../x.py", "a//b", "x/.", "orders.py"]) assert.match(nameProblem(name, taken, "shop") ?? "", /\.$|have .* in it\./, name);
  for (const name of ["orders.py", "new/orders.py", "Dockerfile"]) assert.equal(nameProblem(name, taken, ""), null, name);
});

test("typing goes to the next name that begins so, and around", () => {
  const rows = fileRows(FILES, FOLDERS, new Set());
  const at = (from: number, text: string): string | undefined => rows[rowNamed(rows, from, text)]?.path;
  assert.equal(at(0, "a"), "a9.py");
  assert.equal(at(4, "a"), "a10.py");
  assert.equal(at(5, "a"), "assets");
  assert.equal(at(0, "a1"), "a10.py");
  assert.equal(rowNamed(rows, 0, "zz"), -1);
});

test("all folders above a file, the outermost first", () => {
  assert.deepEqual(foldersAbove("a/b/c.py"), ["a", "a/b"]);
  assert.deepEqual(foldersAbove("c.py"), []);
});
