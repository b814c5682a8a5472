/**
 * Which elements, attributes and styles a page may make up. Only what stands in these lists passes: nothing here can
 * run a script, send a form, fetch from elsewhere or pass for a part of the page that it isn't.
 */
import { safeImage, safeLink } from "./urls.ts";

const ELEMENTS: ReadonlySet<string> = new Set(
  (
    "a abbr address article aside b bdi bdo blockquote br caption center cite code col colgroup data dd del details dfn div dl dt em figcaption figure footer " +
    "h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd label legend li main mark menu meter nav ol p pre progress q rp rt ruby s samp search section small span strong sub " +
    "summary sup table tbody td tfoot th thead time tr u ul var wbr"
  ).split(" "),
);
const VOID: ReadonlySet<string> = new Set("br col hr img wbr".split(" "));

// `id` and `name` are missing: they could stand in for elements that scripts look up.
const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    "abbr align alt cite class colspan datetime dir draggable headers height hidden high href hreflang inert lang loading low max min open optimum rel " +
    "reversed role rowspan scope span spellcheck src start tabindex target title translate type value width"
  ).split(" "),
);
// Names by which pages, tests and the Builder find components.
const OURS = /^data-(component|rows|reuses|selects|adds)$/;
const PROPERTY = /^-{0,2}[a-z][a-z0-9-]*$/;
// What fetches, and the escapes by which it could be hidden. `@` and braces would end the declaration.
const FETCHES = /url\s*\(|image\s*\(|image-set\s*\(|cross-fade\s*\(|src\s*\(|expression\s*\(|\\|[{};@<]/i;

export interface Allowed {
  tag: string;
  isVoid: boolean;
  attributes: Record<string, string>;
  styles: Record<string, string>;
  /** What was left out, as a person wrote it. */
  refused: string[];
}

/** What passes of an element as a page describes it. `page` is what addresses are relative to. */
export function allowedElement(element: string, attributes: readonly (readonly [string, string])[], styles: readonly (readonly [string, string])[], page: string): Allowed {
  const wanted = element.trim().toLowerCase();
  const tag = ELEMENTS.has(wanted) ? wanted : "div";
  const refused = tag === wanted ? [] : [`<${wanted}>`];
  const given: Record<string, string> = {};
  for (const [written, value] of attributes) {
    const name = written.trim().toLowerCase();
    const passed = attribute(name, value, page);
    if (passed === null) refused.push(written);
    else given[name] = passed;
  }
  if (given["target"] !== undefined) given["rel"] = "noopener noreferrer";
  const styled: Record<string, string> = {};
  for (const [written, value] of styles) {
    const name = property(written);
    if (PROPERTY.test(name) && !FETCHES.test(value)) styled[name] = value;
    else refused.push(written);
  }
  return { tag, isVoid: VOID.has(tag), attributes: given, styles: styled, refused };
}

function attribute(name: string, value: string, page: string): string | null {
  if (/^aria-[a-z]+$/.test(name)) return value;
  if (/^data-[a-z0-9-]+$/.test(name)) return OURS.test(name) ? null : value;
  if (!ATTRIBUTES.has(name)) return null;
  if (name === "href" || name === "cite") return safeLink(value, page);
  if (name === "src") return safeImage(value, page);
  return value;
}

/** `maxWidth` and `max_width` are `max-width`. */
function property(written: string): string {
  const name = written.trim().replace(/_/g, "-");
  return name.startsWith("--") ? name.toLowerCase() : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
