/** Which page is shown, as the address says it: `/` for the first, `/<key>` for the others, variables in the query. */
import { type ReadonlySignal, signal } from "@preact/signals";

export interface Address {
  /** Empty: the first page. */
  key: string;
  routeVars: Record<string, string>;
}

export function readAddress(pathname: string, query: string, base: string): Address {
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : "";
  const routeVars = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(query)) routeVars[name] = value;
  return { key: decoded(path.split("/")[0] ?? ""), routeVars };
}

export function writeAddress({ key, routeVars }: Address, base: string): string {
  const query = new URLSearchParams(Object.entries(routeVars)).toString();
  return base + encodeURIComponent(key) + (query && `?${query}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export class Navigation {
  private readonly addressSignal = signal<Address>({ key: "", routeVars: {} });

  constructor(private readonly base: string) {
    const read = () => (this.addressSignal.value = readAddress(location.pathname, location.search, base));
    window.addEventListener("popstate", read);
    read();
  }

  get address(): ReadonlySignal<Address> {
    return this.addressSignal;
  }

  goTo(key: string): void {
    if (key === this.addressSignal.peek().key) return;
    this.addressSignal.value = { key, routeVars: {} };
    history.pushState(null, "", writeAddress(this.addressSignal.peek(), this.base));
    window.scrollTo(0, 0);
  }

  setRouteVars(routeVars: Record<string, string>): void {
    this.addressSignal.value = { ...this.addressSignal.peek(), routeVars };
    history.replaceState(null, "", writeAddress(this.addressSignal.peek(), this.base) + location.hash);
  }
}
