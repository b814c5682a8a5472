/** Markdown to nodes. Loaded when the first text needs it. What comes out of DOMPurify goes into the page, nothing else. */
import createPurifier from "dompurify";
import { Marked } from "marked";
import { safeImage, safeLink } from "./urls.ts";

const marked = new Marked({ gfm: true, breaks: true, async: false });
const purifier = createPurifier(window);

// An element with an id, a name or a class could pass for one of the page's, a form could ask for passwords.
const FORBIDDEN_TAGS = ["style", "form", "input", "button", "select", "textarea", "option", "dialog", "svg", "math", "template", "slot"];
const FORBIDDEN_ATTRIBUTES = ["style", "class", "id", "name", "slot", "is", "part", "popover"];

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node instanceof HTMLAnchorElement) sanitizeLink(node);
  else if (node instanceof HTMLImageElement && !safeImage(node.getAttribute("src") ?? "")) node.removeAttribute("src");
  node.removeAttribute("srcset");
});

export function toNodes(text: string): DocumentFragment {
  return sanitized(marked.parse(text) as string);
}

/** The nodes of HTML, without anything that could run, ask for something or pass for a part of the page. */
export function sanitized(html: string): DocumentFragment {
  return purifier.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}

function sanitizeLink(link: HTMLAnchorElement): void {
  const address = safeLink(link.getAttribute("href") ?? "");
  link.removeAttribute("target");
  if (!address) {
    link.removeAttribute("href");
  } else if (new URL(address).origin !== location.origin) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
}
