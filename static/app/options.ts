/** Options of a select and its like: keys with labels, from a mapping, or from a list of keys or of `{key, label}`. */
import { child, keysOf } from "./changes.ts";
import { asText } from "./expressions.ts";
import type { Json } from "./protocol.ts";

export function optionsOf(value: Json): [key: string, label: string][] {
  if (Array.isArray(value)) return value.map(ofItem);
  if (value === null || typeof value !== "object") return [];
  return keysOf(value).map((key) => [key, asText(value[key])]);
}

/** The keys that a list names; numbers count as their digits. */
export function chosenOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(asText) : [];
}

function ofItem(item: Json): [key: string, label: string] {
  if (item === null || typeof item !== "object" || Array.isArray(item)) return [asText(item), asText(item)];
  const key = asText(child(item, "key"));
  return [key, asText(child(item, "label")) || key];
}
