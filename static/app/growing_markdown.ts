/**
 * Markdown that grows at its end, as an answer does that arrives word by word: what stands before the last
 * block is settled and stays as it is drawn, so a word more costs as much as the last block is long.
 */
import { Marked, type Token, type Tokens } from "marked";
import { sanitized } from "./markdown.ts";

const marked = new Marked({ gfm: true, breaks: true, async: false });
const CLOSED_FENCE = /\n {0,3}(`{3,}|~{3,})[ \t]*\n*$/;

/** Draws a block of code; it is drawn again while it grows, until it is `closed`. */
export type DrawCode = (code: string, language: string, closed: boolean) => Node;

export class GrowingMarkdown {
  private text = "";
  /** So much of the text is settled. */
  private settled = 0;
  private open: ChildNode[] = [];

  constructor(
    private readonly place: HTMLElement,
    private readonly drawCode: DrawCode,
  ) {}

  /** Make the place show `text`, whatever it showed before. */
  show(text: string): void {
    text = text.replace(/\r\n?/g, "\n");
    if (text === this.text) return;
    if (!text.startsWith(this.text)) this.forget();
    this.text = text;
    const tail = text.slice(this.settled);
    const tokens = marked.lexer(tail);
    const last = tokens.findLastIndex(({ type }) => type !== "space");
    const done = tokens.slice(0, Math.max(0, last));
    const raw = done.map((token) => token.raw).join("");
    // A definition of links, [a]: …, concerns what stands before it; then all is drawn anew.
    const whole = tokens.some(({ type }) => type === "def") || !tail.startsWith(raw);
    if (whole) this.forget();
    for (const node of this.open) node.remove();
    if (whole) {
      this.open = this.append(marked.lexer(text));
      this.text = text;
      return;
    }
    this.append(done);
    this.settled += raw.length;
    this.open = this.append(tokens.slice(Math.max(0, last)));
  }

  private forget(): void {
    this.place.replaceChildren();
    this.text = "";
    this.settled = 0;
    this.open = [];
  }

  private append(tokens: Token[]): ChildNode[] {
    const before = this.place.childNodes.length;
    let words: Token[] = [];
    const flush = () => {
      if (words.length) this.place.append(sanitized(marked.parser(words)));
      words = [];
    };
    for (const token of tokens) {
      if (token.type !== "code") {
        words.push(token);
        continue;
      }
      flush();
      const { text, lang, raw, codeBlockStyle } = token as Tokens.Code;
      this.place.append(this.drawCode(text, lang ?? "", codeBlockStyle === "indented" || CLOSED_FENCE.test(raw)));
    }
    flush();
    return [...this.place.childNodes].slice(before);
  }
}
