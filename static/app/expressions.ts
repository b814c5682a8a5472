/**
 * `@{path.to.value}` in texts: the same grammar as runtime/expressions.py, held to it by one table of cases.
 *
 * A path is keys with dots between them; `[…]` holds a path whose value is the key, or a number or quoted
 * text; a backslash takes the next letter into the key, `\@{` stands for itself. What is no path stands for
 * itself too. Reading is linear: no way back.
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

/** The path in `text` without `@{` and `}`, as bindings write it; `null` if it is none. */
export function parsePath(text: string): readonly Part[] | null {
  return new Reader(text, 0).path("");
}

export function valueAt(path: readonly Part[], lookup: Lookup): Json | undefined {
  const found = keys(path, lookup);
  return found ? lookup(found) : undefined;
}

/** The keys of a path, those in brackets looked up; `null` if one of these is no key. */
export function keys(path: readonly Part[], lookup: Lookup): string[] | null {
  const found: string[] = [];
  for (const part of path) {
    const key = typeof part === "string" ? part : valueAt(part, lookup);
    if (key === null || key === undefined || typeof key === "object") return null;
    found.push(String(key));
  }
  return found;
}

/** How a value reads within a text. */
export function asText(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What an `if` in Python makes of the value. */
export function isTrue(value: Json | undefined): boolean {
  if (value === null || typeof value !== "object") return Boolean(value);
  return (Array.isArray(value) ? value : Object.keys(value)).length > 0;
}

function parseAnew(text: string): Template {
  const template: (string | { path: readonly Part[] })[] = [];
  let plain = "";
  let i = 0;
  while (i < text.length) {
    if (text.startsWith("\\@{", i)) {
      plain += "@{";
      i += 3;
    } else if (text.startsWith("@{", i)) {
      const reader = new Reader(text, i + 2);
      const path = reader.path("}");
      if (path) {
        if (plain) template.push(plain);
        plain = "";
        template.push({ path });
      } else {
        // What was read stands for itself. Nothing is read twice, however the text is broken.
        plain += text.slice(i, reader.place);
      }
      i = reader.place;
    } else {
      plain += text[i++] as string;
    }
  }
  if (plain || template.length === 0) template.push(plain);
  return template;
}

// No one nests brackets deeper on purpose, and the stack has an end.
const MAX_DEPTH = 32;

/** Reads one path; `place` is how far it came. */
class Reader {
  private depth = 0;

  constructor(
    private readonly text: string,
    public place: number,
  ) {}

  /** The path up to and with `close` (empty: the end of the text); `null` if what stands there is none. */
  path(close: string): Part[] | null {
    const path: Part[] = [];
    for (;;) {
      const key = this.key();
      if (key === null) return null;
      path.push(key);
      while (this.text[this.place] === "[") {
        const part = this.bracket();
        if (part === null) return null;
        path.push(part);
      }
      const next = this.text[this.place];
      if (next === (close || undefined)) {
        this.place += close.length;
        return path;
      }
      if (next !== ".") return null;
      this.place++;
    }
  }

  /** A key without the blanks around it; `null` if there is none. */
  private key(): string | null {
    let key = "";
    for (;;) {
      const letter = this.text[this.place];
      if (letter === undefined || ".[]{}".includes(letter)) return key.trim() || null;
      if (letter === "\\" && this.place + 1 < this.text.length) this.place++;
      key += this.text[this.place++] as string;
    }
  }

  /** What stands in brackets: a number or a quoted text is the key itself, a path has the key as its value. */
  private bracket(): Part | null {
    this.place++;
    const quote = this.text[this.place];
    if (quote === "'" || quote === '"') return this.quoted(quote);
    if (++this.depth > MAX_DEPTH) return null;
    const path = this.path("]");
    this.depth--;
    const [only] = path ?? [];
    return path?.length === 1 && typeof only === "string" && /^\d+$/.test(only) ? only : path;
  }

  private quoted(quote: string): string | null {
    let key = "";
    while (++this.place < this.text.length) {
      const letter = this.text[this.place] as string;
      if (letter === quote) {
        if (this.text[++this.place] !== "]") return null;
        this.place++;
        return key;
      }
      if (letter === "\\" && this.place + 1 < this.text.length) this.place++;
      key += this.text[this.place];
    }
    return null;
  }
}
