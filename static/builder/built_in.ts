/** What events do without code: the choice of it, and what is wrong with one that is being made. Pure functions. */
import { walk } from "./changes.ts";
import type { BuiltIn, Component, Json, PageState } from "./protocol.ts";

export type Kind = BuiltIn["action"];

export const KINDS: readonly { kind: Kind; title: string }[] = [
  { kind: "go_to_page", title: "Go to a page" },
  { kind: "set_state", title: "Set state" },
  { kind: "open_dialog", title: "Open a dialog" },
  { kind: "close_dialog", title: "Close a dialog" },
  { kind: "open_link", title: "Open a link" },
];

export const titleOf = (does: BuiltIn): string => KINDS.find((each) => each.kind === does.action)?.title ?? does.action;

export function dialogsOf(page: Component): Component[] {
  return [...walk(page)].filter((each) => each.type === "dialog");
}

/** The likeliest one of a kind; it may lack what only a person knows. */
export function begun(kind: Kind, page: Component, component: string, pages: readonly PageState[]): BuiltIn {
  const around = dialogsOf(page).find((dialog) => [...walk(dialog)].some((each) => each.id === component));
  const dialog = (kind === "close_dialog" ? around : undefined) ?? dialogsOf(page).find((each) => each !== around) ?? around;
  switch (kind) {
    case "go_to_page":
      return { action: kind, page: (pages.find((each) => each.key !== page.id) ?? pages[0])?.key ?? "" };
    case "set_state":
      return { action: kind, path: "", value: true };
    case "open_dialog":
    case "close_dialog":
      return { action: kind, dialog: dialog?.id ?? "" };
    case "open_link":
      return { action: kind, url: "" };
  }
}

/** Whether nothing is missing in it; the service looks again, and more closely. */
export function isWhole(does: BuiltIn): boolean {
  switch (does.action) {
    case "go_to_page":
      return does.page !== "";
    case "set_state":
      return /^[^\s@{}]+$/.test(does.path);
    case "open_link":
      return /^(https?:|mailto:|tel:|[/?#@]|[^:/?#]+$)/i.test(does.url.trim()) && does.url.trim() !== "";
    default:
      return does.dialog !== "";
  }
}

/** What is typed as a value: JSON where it is some, such as `true`, `3` or `["a"]`; a text otherwise. */
export function typedValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** How a value is typed: the way back. */
export function shownValue(value: Json): string {
  return typeof value === "string" && typedValue(value) === value ? value : JSON.stringify(value);
}
