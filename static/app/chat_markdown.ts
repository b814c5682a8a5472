/** The Markdown of an answer, with blocks of code that can be copied and have their syntax coloured. Loaded with the first answer. */
import { copy } from "./clipboard.ts";
import { type DrawCode, GrowingMarkdown } from "./growing_markdown.ts";

const SAID_MS = 1_500;

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
  if (closed && language) void colour(code, text, language);
  return block;
};

async function colour(code: HTMLElement, text: string, language: string): Promise<void> {
  const { codeSpans } = await import("./code_spans.ts");
  const spans = await codeSpans(text, language);
  if (spans) code.replaceChildren(spans);
}

async function say(button: HTMLButtonElement, text: string): Promise<void> {
  if (!(await copy(text))) return;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), SAID_MS);
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, classes: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = classes;
  return made;
}
