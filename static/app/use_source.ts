/** Where the items of a setting come from, as long as it is the same place: the same object. */
import { useRef } from "preact/hooks";
import { useDerived } from "./hooks.ts";
import type { Instance } from "./instance.ts";
import { type Source, source } from "./scope.ts";

export function useSource(c: Instance, field: string): Source {
  const found = useDerived(() => source(c.component.fields[field] ?? null, c.session.store, c.scope), [c, field]).value;
  const last = useRef(found);
  const same = "path" in found && "path" in last.current && found.path.join("\0") === last.current.path.join("\0");
  if (!same) last.current = found;
  return last.current;
}
