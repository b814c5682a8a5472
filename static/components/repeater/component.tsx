/** Its content once for each item, in rows that keep their key. */
import { useMemo } from "preact/hooks";
import { useDerived } from "../../app/hooks.ts";
import { Children, type Props } from "../../app/page.tsx";
import { rowKeys, type Scope } from "../../app/scope.ts";
import { useSource } from "../../app/use_source.ts";

export function render({ c }: Props) {
  const store = c.session.store;
  const from = useSource(c, "items");
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
