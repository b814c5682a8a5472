/** Where a text stops being JSON, and what is wrong there: browsers say it each in its own way, or not at all. */

export interface JsonProblem {
  /** Offset in the text, in UTF-16 units. */
  at: number;
  line: number;
  column: number;
  message: string;
}

class Wrong extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const WORDS = new Set(["true", "false", "null"]);

/** `null`: the text is JSON. */
export function jsonProblem(text: string): JsonProblem | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    // Which place it is, we find.
  }
  const { at, message } = found(text);
  const before = text.slice(0, at).split("\n");
  return { at, message, line: before.length, column: before[before.length - 1]!.length + 1 };
}

function found(text: string): { at: number; message: string } {
  try {
    const end = afterValue(text, 0);
    return { at: end, message: "the value ends here; what follows is too much" };
  } catch (error) {
    if (error instanceof Wrong) return { at: error.at, message: error.message };
    return { at: 0, message: "this is nested too deeply" };
  }
}

function matched(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

const skipped = (text: string, at: number): number => at + (matched(SPACE, text, at) ?? "").length;

function afterString(text: string, at: number, what: string): number {
  const string = matched(STRING, text, at);
  if (string !== null) return at + string.length;
  if (text[at] === "'") throw new Wrong(at, `${what} stands in double quotes`);
  if (text[at] === '"') throw new Wrong(at, "this text isn't closed, or has a character that must be escaped");
  throw new Wrong(at, at < text.length ? `${what} in double quotes is expected here` : `${what} is missing at the end`);
}

/** Where the value that begins at `start` ends, with the space behind it. */
function afterValue(text: string, start: number): number {
  const at = skipped(text, start);
  const first = text[at];
  if (first === "{" || first === "[") return skipped(text, afterGroup(text, at, first === "{"));
  if (first === '"' || first === "'") return skipped(text, afterString(text, at, "a text"));
  const number = matched(NUMBER, text, at);
  if (number !== null) return skipped(text, at + number.length);
  const word = matched(WORD, text, at);
  if (word !== null && WORDS.has(word)) return skipped(text, at + word.length);
  if (word !== null) throw new Wrong(at, WORDS.has(word.toLowerCase()) ? `it is written ${word.toLowerCase()}` : word === "None" ? "it is written null" : "a text stands in double quotes");
  throw new Wrong(at, at < text.length ? "a value is expected here" : "a value is missing at the end");
}

function afterGroup(text: string, start: number, keyed: boolean): number {
  const close = keyed ? "}" : "]";
  let at = skipped(text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (keyed) {
      at = skipped(text, afterString(text, at, "a key"));
      if (text[at] !== ":") throw new Wrong(at, "a colon is expected between a key and its value");
      at++;
    }
    at = afterValue(text, at);
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") throw new Wrong(at, at < text.length ? `a comma or “${close}” is expected here` : `“${close}” is missing at the end`);
    at = skipped(text, at + 1);
    if (text[at] === close) throw new Wrong(at, "after a comma another entry is expected");
  }
}
