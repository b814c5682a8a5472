/**
 * What outlives the page. Its layout is kept by the service, for the user: a browser would forget it with the port.
 * Drafts stay in the browser, where they are also when the service is gone.
 */
import { effect, signal, type Signal } from "@preact/signals";

const PREFIX = "mainspring:";
const WAITING = "layout-waiting";
const PAUSE_MS = 250;

let keep: ((values: Record<string, unknown>) => Promise<unknown>) | null = null;
/** What the service has not confirmed: in the browser too, for a page that is loaded again before it has. */
let waiting: Record<string, unknown> = read(WAITING) ?? {};
let timer: ReturnType<typeof setTimeout> | undefined;
const kept: Record<string, unknown> = { ...given(), ...waiting };

/** From now on what changes is passed to `with_`; it may come while the page goes away. */
export function startRemembering(with_: (values: Record<string, unknown>) => Promise<unknown>): void {
  keep = with_;
  window.addEventListener("pagehide", () => void flush());
  void flush();
}

/** A signal that is kept; what can't be is simply not remembered. `sound` makes a value of what another version kept. */
export function remembered<T>(name: string, initial: T, sound: (kept: unknown) => T = (value) => value as T): Signal<T> {
  const last = kept[name];
  const value = signal<T>(last === undefined || typeof last !== typeof initial ? initial : sound(last));
  let first = true;
  effect(() => {
    const next = value.value;
    if (!first) remember(name, next);
    first = false;
  });
  return value;
}

function remember(name: string, value: unknown): void {
  waiting = { ...waiting, [name]: value };
  write(WAITING, waiting);
  clearTimeout(timer);
  timer = setTimeout(() => void flush(), PAUSE_MS);
}

async function flush(): Promise<void> {
  clearTimeout(timer);
  const sent = waiting;
  if (!keep || !Object.keys(sent).length) return;
  try {
    await keep(sent);
  } catch {
    // Where the service is gone, the next change takes these along.
    return;
  }
  waiting = Object.fromEntries(Object.entries(waiting).filter(([name, value]) => sent[name] !== value));
  write(WAITING, Object.keys(waiting).length ? waiting : null);
}

/** As the page was given it, before anything of it runs. */
function given(): Record<string, unknown> {
  const text = typeof document === "undefined" ? null : document.getElementById("bootstrap")?.textContent;
  return (text && (JSON.parse(text) as { layout?: Record<string, unknown> }).layout) || {};
}

export function read<T>(name: string): T | null {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function write(name: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the page works, it only forgets.
  }
}
