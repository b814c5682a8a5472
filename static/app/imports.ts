/** Files of the app's own that a page takes in while it runs: style sheets, scripts, and modules whose functions handlers call. */
import { notify } from "./notices.tsx";
import type { Action, Json } from "./protocol.ts";
import { assetAddress } from "./urls.ts";

type Module = Readonly<Record<string, unknown>>;

interface Loaded {
  address: string;
  module: Promise<Module>;
}

/** What a page remembers of its session, for when it is loaded again. */
interface Remembered {
  session: string;
  actions: Action[];
}

const MOST = 100;
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

export class Imports {
  private readonly modules = new Map<string, Loaded>();
  private remembered: Remembered = { session: "", actions: [] };

  /** `editing`: whoever is in front of the page can mend what is missing. */
  constructor(
    private readonly base: string,
    private readonly editing: boolean,
  ) {}

  /** This page belongs to `session` from now on; `resumed`: what was imported before counts here too. */
  begin(session: string, resumed: boolean): void {
    const before = this.remembered.session === session ? this.remembered : read(this.base);
    this.remembered = { session, actions: [] };
    if (resumed && before?.session === session) for (const action of before.actions) this.take(action);
    this.write();
  }

  /** Import what `action` says. The same file under the same key is there already. */
  take(action: Action): void {
    const key = text(action["key"]);
    const address = assetAddress(text(action["path"] ?? action["specifier"]), this.base);
    if (!address) return this.missing(text(action["path"] ?? action["specifier"]));
    if (action.action === "import_frontend_module") this.load(key, address);
    else this.append(action.action === "import_script" ? "script" : "link", key, address);
    const others = this.remembered.actions.filter((each) => each.action !== action.action || each["key"] !== key);
    this.remembered.actions = [...others, action].slice(-MOST);
    this.write();
  }

  /** The module imported under `key`. */
  async module(key: string): Promise<Module> {
    const loaded = this.modules.get(key);
    if (!loaded) throw new Error(`no module was imported as ${JSON.stringify(key)}`);
    return loaded.module;
  }

  private load(key: string, address: string): void {
    if (this.modules.get(key)?.address === address) return;
    const module = (import(address) as Promise<Module>).catch((error: unknown) => {
      // Else it would be missing for ever, even when it is mended.
      if (this.modules.get(key)?.address === address) this.modules.delete(key);
      this.missing(address);
      throw error;
    });
    module.catch(() => undefined);
    this.modules.set(key, { address, module });
  }

  private append(name: "link" | "script", key: string, address: string): void {
    for (const old of document.head.querySelectorAll<HTMLElement>(`${name}[data-imported]`)) {
      if (old.dataset["imported"] !== key) continue;
      if (old.dataset["address"] === address) return;
      old.remove();
    }
    const element = document.createElement(name);
    element.dataset["imported"] = key;
    element.dataset["address"] = address;
    element.onerror = () => {
      element.remove();
      this.missing(address);
    };
    if (element instanceof HTMLLinkElement) {
      element.rel = "stylesheet";
      element.href = address;
    } else {
      element.src = address;
    }
    document.head.append(element);
  }

  private missing(address: string): void {
    console.error(`${address} could not be imported`);
    if (this.editing) notify("error", "A file could not be imported", address);
  }

  private write(): void {
    try {
      sessionStorage.setItem(storedUnder(this.base), JSON.stringify(this.remembered));
    } catch {
      // Storage may be forbidden or full; then a page that is loaded again has only what every session imports.
    }
  }
}

const storedUnder = (base: string) => `mainspring-imports ${base}`;

function read(base: string): Remembered | null {
  try {
    return JSON.parse(sessionStorage.getItem(storedUnder(base)) ?? "null") as Remembered | null;
  } catch {
    return null;
  }
}
