/** Its content once for each item, in rows that keep their name. */
import { useMemo } from "preact/hooks";
import { useDerived } from "../../app/hooks.ts";
import { Children, type Props } from "../../app/page.tsx";
import { rowsIn, type Scope } from "../../app/scope.ts";
import { useSource } from "../../app/use_source.ts";

export function render({ c }: Props) {
  const store = c.session.store;
  const from = useSource(c, "items");
  const identity = c.text("key_field").value;
  const found = useDerived(() => rowsIn(from, store, identity), [from, store, identity]);
  const names = [...found.value.keys()];
  const layout = c.text("layout").value;
  const keyName = c.text("key_variable").value || "item_id";
  const valueName = c.text("value_variable").value || "item";
  const scopes = useMemo(() => new Map<string, Scope>(), [c, from, found, keyName, valueName]);
  const scopeOf = (row: string): Scope => {
    let scope = scopes.get(row);
    if (scope) return scope;
    const around = { outer: c.scope, keyName, valueName, row, source: from };
    // Where rows move, whoever asks for the key watches where its row is.
    scope = identity === "" ? { ...around, key: row } : { ...around, get key() { return found.value.get(row) ?? ""; } };
    scopes.set(row, scope);
    return scope;
  };
  // Without items there is nothing to see or to drop into, so whoever edits gets one row to work on.
  const rows = names.length === 0 && c.session.editing ? [""] : names;
  return (
    <div {...c.root("repeater", `repeater-${layout}`)} style={{ gap: `${c.number("gap") ?? 16}px` }}>
      {rows.map((row) => (
        <div key={row} class="repeater-item stack">
          <Children of={c} scope={scopeOf(row)} slot="Drop here what is shown for each item" />
        </div>
      ))}
    </div>
  );
}
