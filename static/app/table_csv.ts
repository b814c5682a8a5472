/**
 * CSV (RFC 4180) of rows that are here, safe to open in a spreadsheet: a text that it would take for a formula
 * gets an apostrophe before it. The twin of runtime/frame_csv.py, which does it for rows on the server.
 */
import type { Json } from "./protocol.ts";

// Also in the full-width forms that some spreadsheets take for the same.
const FORMULA = /^(\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
// Without it, spreadsheets read UTF-8 as if it were an older encoding.
const BYTE_ORDER_MARK = "\ufeff";

export function csvCell(value: Json): string {
  const text = value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** A file: the names first, then the rows. */
export function csv(names: readonly string[], rows: Iterable<readonly Json[]>): string {
  const lines = [names.map(csvCell)];
  for (const row of rows) lines.push(row.map(csvCell));
  return BYTE_ORDER_MARK + lines.map((line) => `${line.map((text) => quoted(text, /[",\r\n]/)).join(",")}\r\n`).join("");
}

/** Cells for the clipboard, as spreadsheets take them. */
export function tsv(rows: Iterable<readonly string[]>): string {
  return Array.from(rows, (row) => row.map((text) => quoted(text, /["\t\r\n]/)).join("\t")).join("\n");
}

function quoted(text: string, special: RegExp): string {
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
