/** What a handler tells the page to do once. */
import { answerCall } from "./frontend_calls.ts";
import type { Imports } from "./imports.ts";
import { type Kind, notify } from "./notices.tsx";
import type { Action, Json, Result } from "./protocol.ts";
import { ownAddress, safeLink } from "./urls.ts";

/** What actions reach. */
export interface Surroundings {
  base: string;
  imports: Imports;
  goTo(key: string): void;
  setRouteVars(routeVars: Record<string, string>): void;
  /** Open or close a dialog that no state shows; `rows` are those around the component that asks for it. */
  showDialog(dialog: string, rows: readonly string[], open: boolean): void;
  answer(result: Result): void;
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

type Perform = (action: Action, at: Surroundings) => void;

const takeIn: Perform = (action, { imports }) => imports.take(action);

const PERFORM: ReadonlyMap<string, Perform> = new Map<string, Perform>([
  ["notify", ({ kind, title, message }) => notify(asKind(text(kind)), text(title), text(message))],
  ["set_page", ({ key }, at) => at.goTo(text(key))],
  ["set_route_vars", ({ route_vars: vars }, at) => at.setRouteVars(texts(vars))],
  ["show_dialog", ({ dialog, rows, open }, at) => at.showDialog(text(dialog), Array.isArray(rows) ? rows.map(text) : [], open === true)],
  ["open_url", openUrl],
  ["download", download],
  ["import_stylesheet", takeIn],
  ["import_script", takeIn],
  ["import_frontend_module", takeIn],
  ["call_frontend_function", (action, at) => void answerCall(action, at.imports).then((result) => at.answer(result))],
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
  // A page may open a window only shortly after a gesture, and `noopener` says nothing about success.
  const allowed = !navigator.userActivation || navigator.userActivation.isActive;
  if (allowed) window.open(address, "_blank", "noopener");
  else notify("info", "The app wants to open a page", "", address);
}

function download({ url, file_name }: Action, { base }: Surroundings): void {
  const address = ownAddress(text(url), base);
  if (!address) return;
  const link = document.createElement("a");
  link.href = address;
  link.download = text(file_name) || "download";
  link.click();
}
