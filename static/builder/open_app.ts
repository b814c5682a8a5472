/** The app in a tab of its own. */
import type { Api } from "./api.ts";
import { reported } from "./toast.tsx";

let api: Api;

export function startOpeningApp(with_: Api): void {
  api = with_;
}

export async function openApp(): Promise<void> {
  // Opened within the click, so that no popup blocker objects; the address follows.
  const tab = window.open("", "_blank");
  const preview = await reported(api.preview());
  if (preview && tab) {
    tab.opener = null;
    tab.location.href = preview.url;
  } else tab?.close();
}
