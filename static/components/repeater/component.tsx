/** Its content once for each item, in rows that keep their key. */
import { useMemo, useRef } from "preact/hooks";
import { useDerived } from "../../app/hooks.ts";
import type { Instance } from "../../app/instance.ts";
import { Children, type Props } from "../../app/page.tsx";
import { rowKeys, type Scope, type Source, source } from "../../app/scope.ts";

export function render({ c }: Props) {
  const store = c.session.store;
  const from = useSource(c);
  const keys = useDerived(() => rowKeys(from, store), [from, store]).value;
  const layout = c.text("layout").value;
  const keyName = c.text("key_variable").value || "item_id";
  const valueName = c.text("value_variable").value || "item";
  const scopes = useMemo(() => new Map<string, Scope>(), [c, from, keyName, valueName]);
  const scopeOf = (key: string): Scope => {
    let scope = scopes.get(key);
    if (!scope) scopes.set(key, (scope = { outer: c.scope, keyName, valueName, key, source: from }));
    return scope;
  };
  // Without items there is nothing to see or to drop into, so whoever edits gets one row to work on.
  const rows = keys.length === 0 && c.session.editing ? [""] : keys;
  return (
    <div {...c.root("repeater", `repeater-${layout}`)} style={{ gap: `${c.number("gap") ?? 16}px` }}>
      {rows.map((key) => (
        <div key={key} class="repeater-item stack">
          <Children of={c} scope={scopeOf(key)} slot="Drop here what is shown for each item" />
        </div>
      ))}
    </div>
  );
}

/** Where the items come from; the same object as long as it is the same place. */
function useSource(c: Instance): Source {
  const found = useDerived(() => source(c.component.fields["items"] ?? null, c.session.store, c.scope), [c]).value;
  const last = useRef(found);
  const same = "path" in found && "path" in last.current && found.path.join("\0") === last.current.path.join("\0");
  if (!same) last.current = found;
  return last.current;
}
