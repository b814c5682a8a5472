/** Cells that are edited, and values on their way to a handler. */
import { useState } from "preact/hooks";
import type { Instance } from "../../app/instance.ts";
import type { Json } from "../../app/protocol.ts";
import type { Row } from "../../app/frame_rows.ts";
import type { Table } from "../../app/table.ts";
import { recordAt } from "../../app/table_rows.ts";
import { type Pending, pendingKey } from "./grid_view.ts";

export interface Edited {
  row: Row;
  column: number;
  value: Json;
  /** What was typed to begin with, in place of the value. */
  typed: string | null;
}

export interface Editing {
  edited: Edited | null;
  pending: Pending;
  begin(edited: Edited): void;
  giveUp(): void;
  /** Shows the value until the handler is done: then state says what stands there. */
  take(value: Json): void;
}

export function useEditing(c: Instance, table: Table): Editing {
  const [edited, edit] = useState<Edited | null>(null);
  const [pending, setPending] = useState<Pending>(new Map());
  const take = (value: Json) => {
    if (!edited) return;
    edit(null);
    const { row, column } = edited;
    const name = table.columns[column]?.key;
    if (name === undefined || JSON.stringify(value) === JSON.stringify(edited.value)) return;
    const key = pendingKey(row.position, column);
    setPending((before) => new Map(before).set(key, value));
    const settle = () =>
      setPending((before) => {
        if (before.get(key) !== value) return before;
        const after = new Map(before);
        after.delete(key);
        return after;
      });
    void c.emit("wf-dataframe-update", { ...recordAt(table, row), record: { [name]: value } }).then(settle);
  };
  return { edited, pending, begin: edit, giveUp: () => edit(null), take };
}
