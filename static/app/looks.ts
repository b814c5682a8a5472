/** The app's theme and style sheet, taken in while the page is open. */
import type { Looks } from "./protocol.ts";

/** Link to what there is now. Old sheets go when the new ones are there, so that nothing flickers between. */
export function takeLooks({ scheme, sheets }: Looks, base: string): void {
  if (scheme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = scheme;
  const old = [...document.head.querySelectorAll<HTMLLinkElement>("link[data-looks]")];
  const wanted = sheets.map((sheet) => new URL(sheet, new URL(base, location.origin)).href);
  const kept = old.filter((link) => wanted.includes(link.href));
  let waiting = 0;
  const last = old[old.length - 1]?.nextSibling ?? null;
  const done = (): void => {
    if (waiting-- <= 0) for (const link of old) if (!kept.includes(link)) link.remove();
  };
  // In their order, because what comes later counts more. What is kept stays in its place: moved, it would be
  // loaded again, and the page be without it meanwhile.
  let before: Node | null = last;
  for (const href of [...wanted].reverse()) {
    let link = kept.find((each) => each.href === href);
    if (!link) {
      link = document.createElement("link");
      waiting++;
      link.rel = "stylesheet";
      link.dataset["looks"] = "";
      link.onload = link.onerror = done;
      link.href = href;
      document.head.insertBefore(link, before);
    }
    before = link;
  }
  done();
}
