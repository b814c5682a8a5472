/** Settings of this browser that outlive the page: sizes, theme, what is open. */
import { effect, signal, type Signal } from "@preact/signals";

const PREFIX = "mainspring:";

/** A signal that is kept in the browser; what can't be stored is simply not remembered. */
export function remembered<T>(name: string, initial: T): Signal<T> {
  const kept = read<T>(name);
  const value = signal<T>(kept === null || typeof kept !== typeof initial ? initial : kept);
  effect(() => write(name, value.value));
  return value;
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
