/** The Markdown of an answer, with blocks of code that can be copied and have their syntax coloured. Loaded with the first answer. */
import { plainLines, tokeniser } from "./code_languages.ts";
import { copyText } from "./copy_button.tsx";
import { type DrawCode, GrowingMarkdown } from "./growing_markdown.ts";

const SAID_MS = 2_000;
const ALIASES: ReadonlyMap<string, string> = new Map([["py", "python"], ["js", "javascript"], ["jsx", "javascript"], ["ts", "typescript"], ["tsx", "typescript"], ["yml", "yaml"], ["md", "markdown"]]);
// Beyond, a parser would hold the page up.
const MOST_COLOURED = 100_000;

/** Returns what makes `place` show a text; a text that grows costs what was added. */
export function openMarkdown(place: HTMLElement): (text: string) => void {
  const markdown = new GrowingMarkdown(place, drawCode);
  return (text) => markdown.show(text);
}

const drawCode: DrawCode = (text, language, closed) => {
  const block = element("div", "code-block");
  const head = block.appendChild(element("div", "code-head"));
  head.appendChild(element("span", "code-language")).textContent = language.split(/\s/, 1)[0] || "code";
  const button = head.appendChild(element("button", "code-copy"));
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", () => void say(button, text));
  const scroller = block.appendChild(element("pre", ""));
  scroller.tabIndex = 0;
  const code = scroller.appendChild(element("code", ""));
  code.textContent = text;
  // What still grows would be coloured again with every word.
  if (closed && language && text.length <= MOST_COLOURED) void colour(code, text, language);
  return block;
};

async function colour(code: HTMLElement, text: string, language: string): Promise<void> {
  const name = language.split(/\s/, 1)[0]?.toLowerCase() ?? "";
  const grammar = tokeniser(ALIASES.get(name) ?? name);
  // Without the grammar the code stands there in one colour.
  const tokenise = grammar.now() ?? (await grammar.load().catch(() => plainLines));
  const lines = tokenise(text).map((tokens) => tokens.map(({ kind, text: piece }) => (kind ? coloured(kind, piece) : piece)));
  code.replaceChildren(...lines.flatMap((line, i) => (i === 0 ? line : ["\n", ...line])));
}

function coloured(kind: string, text: string): HTMLElement {
  const span = element("span", kind);
  span.textContent = text;
  return span;
}

async function say(button: HTMLButtonElement, text: string): Promise<void> {
  if (!(await copyText(text))) return;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), SAID_MS);
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, classes: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = classes;
  return made;
}
