/**
 * `@{path.to.value}` in texts: the same grammar as runtime/expressions.py, held to it by one table of cases.
 *
 * A path is keys with dots between them; `[…]` holds a position, a quoted key, or a path whose value is the
 * key; a backslash takes the next letter into the key, `\@{` prints `@{`. What is no path is printed as it stands.
 */
import type { Json } from "./protocol.ts";

/** A key, or a path whose value is the key. */
export type Part = string | readonly Part[];

export type Template = readonly (string | { readonly path: readonly Part[] })[];

/** What a name and the keys after it stand for; `undefined` where nothing is. */
export type Lookup = (path: readonly string[]) => Json | undefined;

const cache = new Map<string, Template>();
// Texts of pages that are being edited pile up; this many are more than any app has.
const CACHE_LIMIT = 20_000;

export function parse(text: string): Template {
  let template = cache.get(text);
  if (!template) {
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(text, (template = parseAnew(text)));
  }
  return template;
}

/** The value of a template: of the path alone if there is nothing beside it, else a text. */
export function evaluate(template: Template, lookup: Lookup): Json {
  const [only] = template;
  if (template.length === 1 && typeof only === "object") return valueAt(only.path, lookup) ?? null;
  let text = "";
  for (const piece of template) text += typeof piece === "string" ? piece : asText(valueAt(piece.path, lookup));
  return text;
}

/** The path that `text` consists of, if it is nothing but `@{…}`. */
export function onlyPath(text: string): readonly Part[] | null {
  const template = parse(text);
  return template.length === 1 && typeof template[0] === "object" ? template[0].path : null;
}

/** The path in `text`, as bindings hold it, bare or as `@{…}`; `null` if it is none. */
export function parsePath(text: string): readonly Part[] | null {
  const trimmed = text.trim();
  return onlyPath(trimmed.startsWith("@{") ? trimmed : `@{${trimmed}}`);
}

export function valueAt(path: readonly Part[], lookup: Lookup): Json | undefined {
  return lookup(keys(path, lookup));
}

/** The keys of a path, those in brackets looked up. */
export function keys(path: readonly Part[], lookup: Lookup): string[] {
  return path.map((part) => (typeof part === "string" ? part : keyText(valueAt(part, lookup))));
}

/** How a key is written in a path and in JSON. */
function keyText(key: Json | undefined): string {
  if (key === null) return "null";
  return typeof key === "object" ? "" : asText(key);
}

/** How a value reads within a text. */
export function asText(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether `visible`, `disabled` and the like hold: lists and mappings do, even empty ones. */
export function isTrue(value: Json | undefined): boolean {
  return Boolean(value);
}

function parseAnew(text: string): Template {
  const template: (string | { path: readonly Part[] })[] = [];
  const reader = new Reader(text);
  let plain = "";
  let i = 0;
  for (;;) {
    const found = text.indexOf("@{", i);
    if (found < 0) break;
    const path = text[found - 1] === "\\" && found > i ? null : reader.path(found + 2, "}");
    if (path) {
      plain += text.slice(i, found);
      if (plain) template.push(plain);
      plain = "";
      template.push({ path });
      i = reader.place;
    } else {
      const escaped = found > i && text[found - 1] === "\\";
      plain += escaped ? text.slice(i, found - 1) + "@{" : text.slice(i, found + 2);
      i = found + 2;
    }
  }
  plain += text.slice(i);
  if (plain || template.length === 0) template.push(plain);
  return template;
}

/** A place in a list as a path writes it. */
const POSITION = /^(?:0|[1-9]\d*)$/;
// No one nests brackets deeper on purpose, and the stack has an end.
const MAX_DEPTH = 32;

/** Reads paths; `place` is where the last one ended. An unescaped `{` ends what can't be one, so nothing long is read twice. */
class Reader {
  place = 0;
  private depth = 0;
  /** Quotes that are closed nowhere after a place that was looked at. */
  private readonly unclosed = new Set<string>();

  constructor(private readonly text: string) {}

  /** The path from `start` up to and with `close`; `null` if what stands there is none. */
  path(start: number, close: "}" | "]"): Part[] | null {
    this.place = start;
    const path: Part[] = [];
    for (;;) {
      const key = this.key(path.length === 0, close);
      if (key === null) return null;
      path.push(key);
      while (this.text[this.place] === "[") {
        const part = this.bracket();
        if (part === null) return null;
        path.push(part);
        while (this.text[this.place] === " ") this.place++;
      }
      const next = this.text[this.place++];
      if (next === close) return path;
      if (next !== ".") return null;
    }
  }

  /** A key; blanks at either end of a path don't belong to it unless they are escaped. `null` if there is none. */
  private key(first: boolean, close: string): string | null {
    let key = "";
    let kept = 0;
    for (;;) {
      const letter = this.text[this.place];
      if (letter === undefined || ".[]{}".includes(letter)) {
        if (first && kept === 0) key = key.trimStart();
        if (letter === close) key = key.slice(0, kept) + key.slice(kept).trimEnd();
        return key || null;
      }
      const escaped = letter === "\\" && this.place + 1 < this.text.length;
      if (escaped) this.place++;
      key += this.text[this.place++] as string;
      if (escaped) kept = key.length;
    }
  }

  /** What stands in brackets: a position or a quoted text is the key itself, a path has the key as its value. */
  private bracket(): Part | null {
    const start = this.place + 1;
    const quote = this.text[start];
    if (quote === "'" || quote === '"') return this.quoted(start, quote);
    if (++this.depth > MAX_DEPTH) {
      this.depth = 0;
      return null;
    }
    const path = this.path(start, "]");
    this.depth = path ? this.depth - 1 : 0;
    const [only] = path ?? [];
    return path?.length === 1 && typeof only === "string" && POSITION.test(only) ? only : path;
  }

  private quoted(start: number, quote: string): string | null {
    if (this.unclosed.has(quote)) return null;
    const end = this.text.indexOf(`${quote}]`, start + 1);
    if (end < 0) {
      this.unclosed.add(quote);
      return null;
    }
    this.place = end + 2;
    return this.text.slice(start + 1, end);
  }
}
