/** Which page is shown, as the address says it: `/` for the first, `/<key>` for the others, variables in the query. */
import { type ReadonlySignal, signal } from "@preact/signals";

export interface Address {
  /** Empty: the first page. */
  key: string;
  routeVars: Record<string, string>;
}

// The service takes no more; see `route_vars` in builder/sessions/session_messages.py.
const MOST_VARIABLES = 50;
const LONGEST_NAME = 200;
const LONGEST_VALUE = 1_000;

export function readAddress(pathname: string, query: string, base: string): Address {
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : "";
  const routeVars = Object.create(null) as Record<string, string>;
  const given = [...new URLSearchParams(query)].filter(([name]) => name.length <= LONGEST_NAME);
  for (const [name, value] of given.slice(0, MOST_VARIABLES)) routeVars[name] = value.slice(0, LONGEST_VALUE);
  return { key: decoded(path.split("/")[0] ?? "").slice(0, LONGEST_NAME), routeVars };
}

export function writeAddress({ key, routeVars }: Address, base: string): string {
  const query = new URLSearchParams(Object.entries(routeVars)).toString();
  return base + encodeURIComponent(key) + (query && `?${query}`);
}

/** Whether both hold the same, in whatever order. */
export function sameVars(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && one[name] === other[name]);
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

  /** Show another address; the one before is where the browser's Back leads. */
  open(address: Address): void {
    const turned = address.key !== this.addressSignal.peek().key;
    history.pushState(null, "", writeAddress(address, this.base));
    this.addressSignal.value = address;
    if (turned) window.scrollTo(0, 0);
  }
}
