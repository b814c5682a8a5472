/** Colours of terminals in log lines: `ESC [ … m` as classes, every other escape sequence dropped. */

export interface Piece {
  text: string;
  class: string;
}

const ESCAPES = /\x1b\[([0-9;]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]/g;
const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

export function ansiText(text: string): string {
  return text.includes("\x1b") ? text.replace(ESCAPES, "") : text;
}

/** The line in pieces of one style each. */
export function ansiPieces(text: string): Piece[] {
  if (!text.includes("\x1b")) return [{ text, class: "" }];
  const pieces: Piece[] = [];
  let colour = "";
  let bold = false;
  let at = 0;
  const push = (piece: string): void => {
    if (piece) pieces.push({ text: piece, class: [colour && `ansi-${colour}`, bold && "ansi-bold"].filter(Boolean).join(" ") });
  };
  for (const match of text.matchAll(ESCAPES)) {
    push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] === undefined) continue;
    for (const code of (match[1] || "0").split(";").map(Number)) {
      if (code === 0) [colour, bold] = ["", false];
      else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 39) colour = "";
      else if (code >= 30 && code <= 37) colour = COLOURS[code - 30]!;
      else if (code >= 90 && code <= 97) colour = COLOURS[code - 90]!;
    }
  }
  push(text.slice(at));
  return pieces;
}
