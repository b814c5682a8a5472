/** Options of a select and its like: keys with labels, from a mapping or a list. */
import { asText } from "./expressions.ts";
import type { Json } from "./protocol.ts";

export function optionsOf(value: Json): [key: string, label: string][] {
  if (Array.isArray(value)) return value.map((each) => [asText(each), asText(each)]);
  if (value === null || typeof value !== "object") return [];
  return Object.keys(value).map((key) => [key, asText(value[key])]);
}
