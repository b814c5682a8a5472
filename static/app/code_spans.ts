/** Code with its syntax marked by classes. Loaded when the first block of code is shown; each language when it is first met. */
import { classHighlighter, highlightCode } from "@lezer/highlight";
import type { Parser } from "@lezer/common";

const PARSERS: ReadonlyMap<string, () => Promise<Parser>> = new Map([
  ["python", async () => (await import("@lezer/python")).parser],
  ["javascript", async () => (await import("@lezer/javascript")).parser],
  ["typescript", async () => (await import("@lezer/javascript")).parser.configure({ dialect: "ts" })],
  ["json", async () => (await import("@lezer/json")).parser],
  ["html", async () => (await import("@lezer/html")).parser],
  ["css", async () => (await import("@lezer/css")).parser],
  ["yaml", async () => (await import("@lezer/yaml")).parser],
]);
const ALIASES: ReadonlyMap<string, string> = new Map([["py", "python"], ["python3", "python"], ["js", "javascript"], ["jsx", "javascript"], ["ts", "typescript"], ["tsx", "typescript"], ["yml", "yaml"], ["xml", "html"], ["svg", "html"]]);

/** `code` as text nodes and spans; `null` for a language that isn't known here. */
export async function codeSpans(code: string, language: string): Promise<DocumentFragment | null> {
  const name = language.trim().split(/\s/, 1)[0]?.toLowerCase() ?? "";
  const load = PARSERS.get(ALIASES.get(name) ?? name);
  if (!load) return null;
  const parser = await load();
  const nodes = document.createDocumentFragment();
  const put = (text: string, classes: string) => {
    if (!classes) return nodes.append(text);
    const span = document.createElement("span");
    span.className = classes;
    span.textContent = text;
    nodes.append(span);
  };
  highlightCode(code, parser.parse(code), classHighlighter, put, () => nodes.append("\n"));
  return nodes;
}
