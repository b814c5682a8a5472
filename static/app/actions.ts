/** What a handler tells the page to do once. */
import type { Action, Json } from "./protocol.ts";
import { type Kind, notify } from "./notices.tsx";
import type { Navigation } from "./navigation.ts";
import { ownAddress, safeLink } from "./urls.ts";

/** What actions reach. */
export interface Surroundings {
  base: string;
  navigation: Navigation;
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

type Perform = (action: Action, at: Surroundings) => void;

const PERFORM: ReadonlyMap<string, Perform> = new Map<string, Perform>([
  ["notify", ({ kind, title, message }) => notify(asKind(text(kind)), text(title), text(message))],
  ["set_page", ({ key }, { navigation }) => navigation.goTo(text(key))],
  ["set_route_vars", ({ route_vars: vars }, { navigation }) => navigation.setRouteVars(texts(vars))],
  ["open_url", openUrl],
  ["download", download],
  ["import_stylesheet", importStylesheet],
  ["import_script", importScript],
]);

export function perform(action: Action, at: Surroundings): void {
  PERFORM.get(action.action)?.(action, at);
}

function asKind(kind: string): Kind {
  return kind === "success" || kind === "warning" || kind === "error" ? kind : "info";
}

function texts(value: Json | undefined): Record<string, string> {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  if (value && typeof value === "object" && !Array.isArray(value)) {
    for (const key of Object.keys(value)) found[key] = String(value[key] ?? "");
  }
  return found;
}

function openUrl({ url }: Action): void {
  const address = safeLink(text(url));
  if (!address) return notify("warning", "This address can't be opened", text(url));
  // Browsers let a page open a window only shortly after a gesture; a link to press always works.
  if (!window.open(address, "_blank", "noopener")) offerLink(address);
}

/** `window.open` with `noopener` answers null even where it worked; the gesture tells the two apart. */
function offerLink(address: string): void {
  if (!navigator.userActivation || navigator.userActivation.isActive) return;
  notify("info", "The app wants to open a page", address);
}

function download({ url, file_name }: Action, { base }: Surroundings): void {
  const address = ownAddress(text(url), base);
  if (!address) return;
  const link = document.createElement("a");
  link.href = address;
  link.download = text(file_name) || "download";
  link.click();
}

function importStylesheet({ key, path }: Action, { base }: Surroundings): void {
  const address = ownAddress(text(path), base);
  if (!address) return;
  const link = imported("link", text(key));
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
}

function importScript({ key, path }: Action, { base }: Surroundings): void {
  const address = ownAddress(text(path), base);
  if (!address) return;
  const script = imported("script", text(key));
  script.src = address;
  document.head.append(script);
}

/** A new element for `key`; the one that was there under this key is gone. */
function imported<K extends "link" | "script">(name: K, key: string): HTMLElementTagNameMap[K] {
  for (const old of document.head.querySelectorAll<HTMLElement>(`${name}[data-imported]`)) {
    if (old.dataset["imported"] === key) old.remove();
  }
  const element = document.createElement(name);
  element.dataset["imported"] = key;
  return element;
}
