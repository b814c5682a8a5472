/** Links from one page of the app to another change the page in place; nothing is loaded anew. */
import { type Address, readAddress } from "./navigation.ts";

/** `go` answers whether the app has that page; where it hasn't, the browser follows the link as any other. */
export function followPageLinks(base: string, go: (address: Address) => boolean): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    if (!link || (link.target && link.target !== "_self") || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.hash || !isPage(url.pathname, base)) return;
    if (go(readAddress(url.pathname, url.search, base))) event.preventDefault();
  });
}

function isPage(path: string, base: string): boolean {
  return path.startsWith(base) && !path.slice(base.length).includes("/");
}
