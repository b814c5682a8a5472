/** Any lucide icon by its name; those of a first letter are loaded together, when the first of them is shown. */
import { signal, type Signal } from "@preact/signals";
import { chunks } from "icons:chunks";
import type { IconNode } from "./icon.tsx";

/** `undefined`: on its way. `null`: there is no such icon, or it could not be loaded. */
type Found = Signal<IconNode | null | undefined>;

const known = new Map<string, Found>();

/** The icon called `name`, such as `circle-check`; `CircleCheck` and `circle_check` are the same. */
export function namedIcon(name: string): Found {
  const key = kebab(name);
  let found = known.get(key);
  if (!found) {
    found = signal<IconNode | null | undefined>(undefined);
    known.set(key, found);
    const into = found;
    void load(key).then(
      (icon) => (into.value = icon),
      () => {
        // The next one to ask tries again.
        known.delete(key);
        into.value = null;
      },
    );
  }
  return found;
}

async function load(name: string): Promise<IconNode | null> {
  const chunk = Object.hasOwn(chunks, name.slice(0, 1)) ? chunks[name.slice(0, 1)] : undefined;
  const icons = (await chunk?.())?.icons ?? {};
  const icon = Object.hasOwn(icons, name) ? icons[name] : undefined;
  return typeof icon === "string" ? load(icon) : (icon ?? null);
}

function kebab(name: string): string {
  return name
    .trim()
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .replace(/([A-Za-z])(\d)/g, "$1-$2")
    .replace(/[\s_]+/g, "-")
    .replace(/-+/g, "-")
    .toLowerCase();
}
