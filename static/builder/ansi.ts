/** Terminal text in log lines: colours and links as pieces, every other escape sequence dropped, control characters made visible. */

export interface Piece {
  text: string;
  class: string;
  /** Custom properties `--ansi` and `--ansi-back`, where a colour is none of the sixteen. */
  style: string;
  href: string;
}

/** What `ESC [ … m` has set; kept from line to line, as a terminal does. */
export interface Pen {
  readonly fore: string;
  readonly back: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
  readonly hidden: boolean;
}

export const PLAIN: Pen = { fore: "", back: "", bold: false, dim: false, italic: false, underline: false, strike: false, inverse: false, hidden: false };

// SGR; a hyperlink; any other CSI; any other OSC, DCS, SOS, PM or APC up to its end; a two-character sequence; a rest cut off.
const ESCAPES = /\x1b\[([0-9;:]*)m|\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]+[0-~]|\x1b[0-Z\\-~]|\x1b\[?[0-?]*$/g;
// Directional marks would turn the line around; they are shown instead, like the other characters that can't be seen.
const UNSEEN = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const CUBE = [0, 95, 135, 175, 215, 255];

/** The text alone, as it can be searched and copied. */
export function ansiText(text: string): string {
  return visible(text.includes("\x1b") ? text.replace(ESCAPES, "") : text);
}

/** The line in pieces of one style each, beginning with `pen`. */
export function ansiPieces(text: string, pen: Pen = PLAIN): Piece[] {
  const pieces: Piece[] = [];
  let href = "";
  let at = 0;
  const push = (piece: string): void => {
    if (piece) pieces.push({ text: visible(piece), class: classOf(pen), style: styleOf(pen), href });
  };
  if (text.includes("\x1b")) {
    for (const match of text.matchAll(ESCAPES)) {
      push(text.slice(at, match.index));
      at = match.index + match[0].length;
      if (match[1] !== undefined) pen = painted(pen, match[1]);
      else if (match[2] !== undefined) href = /^https?:\/\//.test(match[2]) ? match[2] : "";
    }
  }
  push(text.slice(at));
  return pieces;
}

/** What is set when the line has ended. */
export function penAfter(text: string, pen: Pen): Pen {
  for (const match of text.matchAll(ESCAPES)) if (match[1] !== undefined) pen = painted(pen, match[1]);
  return pen;
}

/** `pieces`, cut where the characters from `from` to `to` begin and end, those marked with a class. */
export function marked(pieces: readonly Piece[], ranges: readonly (readonly [number, number])[], as = "log-hit"): Piece[] {
  if (!ranges.length) return [...pieces];
  const found: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    let from = 0;
    const add = (to: number, hit: boolean): void => {
      if (to > from) found.push({ ...piece, text: piece.text.slice(from, to), class: hit ? `${piece.class} ${as}`.trim() : piece.class });
      from = Math.max(from, to);
    };
    for (const [start, end] of ranges) {
      if (end <= at || start >= at + piece.text.length) continue;
      add(Math.max(0, start - at), false);
      add(Math.min(piece.text.length, end - at), true);
    }
    add(piece.text.length, false);
    at += piece.text.length;
  }
  return found;
}

function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

function painted(pen: Pen, codes: string): Pen {
  // `38:2::r:g:b` is the standard's own way to write `38;2;r;g;b`.
  const numbers = codes.replace(/([34]8):2:[0-9]*:(?=[0-9]+:[0-9]+:[0-9]+)/g, "$1;2;").split(/[;:]/).map(Number);
  let next = { ...pen };
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i]!;
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4 || code === 21) next.underline = true;
    else if (code === 7) next.inverse = true;
    else if (code === 8) next.hidden = true;
    else if (code === 9) next.strike = true;
    else if (code === 22) next.bold = next.dim = false;
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 27) next.inverse = false;
    else if (code === 28) next.hidden = false;
    else if (code === 29) next.strike = false;
    else if (code >= 30 && code <= 37) next.fore = COLOURS[code - 30]!;
    else if (code === 39) next.fore = "";
    else if (code >= 40 && code <= 47) next.back = COLOURS[code - 40]!;
    else if (code === 49) next.back = "";
    else if (code >= 90 && code <= 97) next.fore = `bright-${COLOURS[code - 90]}`;
    else if (code >= 100 && code <= 107) next.back = `bright-${COLOURS[code - 100]}`;
    else if (code === 38 || code === 48) {
      const [colour, used] = extended(numbers.slice(i + 1));
      if (code === 38) next.fore = colour;
      else next.back = colour;
      i += used;
    }
  }
  return next;
}

/** What follows a 38 or 48: the colour, and how many numbers it took. */
function extended(rest: readonly number[]): [string, number] {
  const byte = (value: number | undefined): number => Math.max(0, Math.min(255, value ?? 0));
  if (rest[0] === 2) return [`rgb(${byte(rest[1])} ${byte(rest[2])} ${byte(rest[3])})`, 4];
  if (rest[0] !== 5) return ["", rest.length];
  const index = byte(rest[1]);
  if (index < 16) return [`${index < 8 ? "" : "bright-"}${COLOURS[index % 8]}`, 2];
  if (index >= 232) return [`rgb(${[0, 0, 0].map(() => 8 + (index - 232) * 10).join(" ")})`, 2];
  const cube = index - 16;
  return [`rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => CUBE[step]).join(" ")})`, 2];
}

function classOf(pen: Pen): string {
  if (pen === PLAIN) return "";
  const names: string[] = [];
  if (pen.fore) names.push(pen.fore.startsWith("rgb") ? (pen.back ? "ansi-any" : "ansi-own") : `ansi-${pen.fore}`);
  if (pen.back) names.push(pen.back.startsWith("rgb") ? "ansi-back-any" : `ansi-back-${pen.back}`);
  for (const name of ["bold", "dim", "italic", "underline", "strike", "inverse", "hidden"] as const) if (pen[name]) names.push(`ansi-${name}`);
  return names.join(" ");
}

function styleOf(pen: Pen): string {
  const fore = pen.fore.startsWith("rgb") ? `--ansi:${pen.fore}` : "";
  const back = pen.back.startsWith("rgb") ? `--ansi-back:${pen.back}` : "";
  return [fore, back].filter(Boolean).join(";");
}
