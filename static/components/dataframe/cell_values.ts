/** What a person types into a cell, as a value of its column; and back. */
import type { Json } from "../../app/protocol.ts";
import { cellText, type Column, ISO_DATE } from "../../app/table.ts";

export type Kind = "text" | "number" | "choice" | "date" | "moment" | "json";

/** Which editor a column has, judged by what stands in it. */
export function kindOf({ type, choices }: Column, cells: readonly Json[]): Kind {
  if (type === "number") return "number";
  if (type === "boolean" || (type === "category" && choices)) return "choice";
  if (type === "other") return cells.some((cell) => cell !== null && typeof cell === "object") ? "json" : "text";
  if (type !== "date") return "text";
  const known = cells.filter((cell): cell is string => typeof cell === "string");
  if (known.some((cell) => /Z|[+-]\d{2}:\d{2}$/.test(cell.slice(10)))) return "text";
  return known.every((cell) => cell.length <= 10 || cell.endsWith("T00:00:00")) ? "date" : "moment";
}

/** What an editor begins with. */
export function asInput(value: Json, kind: Kind, column: Column): string {
  if (value === null) return "";
  if (kind === "json") return JSON.stringify(value);
  if (kind === "number") return String(value);
  if (kind === "choice") return String(value);
  if (kind === "date" && typeof value === "string") return value.slice(0, 10);
  if (kind === "moment" && typeof value === "string") return value.slice(0, 19);
  return column.type === "date" ? String(value) : cellText(value, column.type);
}

export type Read = { value: Json } | { problem: string };

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** What was typed, as a value; nothing is `null`, but for texts where a text stood before. */
export function readInput(text: string, kind: Kind, { type, name }: Column, before: Json): Read {
  const trimmed = text.trim();
  if (trimmed === "") return { value: kind === "text" && type === "text" && typeof before === "string" ? text : null };
  switch (kind) {
    case "number": {
      if (!NUMBER.test(trimmed)) return { problem: `${name}: enter a number.` };
      const number = Number(trimmed);
      if (!Number.isFinite(number)) return { problem: `${name}: this number is too large.` };
      // Digits that a number of the browser would lose go as they were typed.
      const isExact = !/^[+-]?\d+$/.test(trimmed) || Number.isSafeInteger(number);
      return { value: isExact ? number : trimmed };
    }
    case "choice":
      return { value: type === "boolean" ? text === "true" : text };
    case "json":
      try {
        return { value: JSON.parse(text) as Json };
      } catch {
        return { problem: `${name}: enter JSON, such as [1, 2] or {"a": "b"}.` };
      }
    case "moment":
      return { value: trimmed.length === 16 ? `${trimmed}:00` : trimmed };
    case "date":
      return { value: trimmed };
    default:
      return type === "date" && !ISO_DATE.test(trimmed) ? { problem: `${name}: enter a date as YYYY-MM-DD, with a time if there is one.` } : { value: text };
  }
}
