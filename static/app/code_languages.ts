/** The languages that code is coloured in, each loaded when it is first needed, and their tokens line by line. */
import type { Parser } from "@lezer/common";
import { classHighlighter, highlightCode } from "@lezer/highlight";
import { part } from "./later.tsx";
import { sqlTokens } from "./sql_tokens.ts";

/** A piece of a line; `kind` is empty, or names such as `tok-keyword`. */
export interface Token {
  readonly kind: string;
  readonly text: string;
}

export type Tokenise = (code: string) => Token[][];

const javascript = () => import("@lezer/javascript").then(({ parser }) => parser);
const LANGUAGES = new Map([
  ["python", language(() => import("@lezer/python").then(({ parser }) => parser))],
  ["javascript", language(() => javascript().then((parser) => parser.configure({ dialect: "jsx" })))],
  ["typescript", language(() => javascript().then((parser) => parser.configure({ dialect: "ts jsx" })))],
  ["json", language(() => import("@lezer/json").then(({ parser }) => parser))],
  ["html", language(() => import("@lezer/html").then(({ parser }) => parser))],
  ["css", language(() => import("@lezer/css").then(({ parser }) => parser))],
  ["yaml", language(() => import("@lezer/yaml").then(({ parser }) => parser))],
  ["markdown", language(() => import("@lezer/markdown").then(({ parser }) => parser))],
  ["sql", part(async (): Promise<Tokenise> => (code) => inLines(sqlTokens(code)))],
]);
const PLAIN = part(async (): Promise<Tokenise> => plainLines);

/** What cuts code of that language into tokens; of a language that nobody knows, into plain lines. */
export function tokeniser(name: string) {
  return LANGUAGES.get(name) ?? PLAIN;
}

export function plainLines(code: string): Token[][] {
  return code.split(/\r\n|\n|\r/).map((text) => (text ? [{ kind: "", text }] : []));
}

function language(load: () => Promise<Parser>) {
  return part(async (): Promise<Tokenise> => {
    const parser = await load();
    return (code) => {
      const lines: Token[][] = [[]];
      const text = code.replace(/\r\n?/g, "\n");
      const put = (piece: string, kind: string) => void lines.at(-1)?.push({ kind, text: piece });
      highlightCode(text, parser.parse(text), classHighlighter, put, () => void lines.push([]));
      return lines;
    };
  });
}

/** Tokens that may hold line ends, cut there. */
function inLines(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const { kind, text } of tokens) {
    text.split(/\r\n|\n|\r/).forEach((piece, i) => {
      if (i > 0) lines.push([]);
      if (piece) lines.at(-1)?.push({ kind, text: piece });
    });
  }
  return lines;
}
