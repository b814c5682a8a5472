/** The form for a new row: one input for each column. */
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Json } from "../../app/protocol.ts";
import type { Table } from "../../app/table.ts";
import { kindOf, readInput } from "./cell_values.ts";
import { ValueInput } from "./value_input.tsx";

interface RecordFormProps {
  table: Table;
  onAdd(record: { [key: string]: Json }): void;
  onClose(): void;
}

export function RecordForm({ table, onAdd, onClose }: RecordFormProps) {
  const [texts, setTexts] = useState<Readonly<Record<number, string>>>({});
  const [problem, setProblem] = useState<{ column: number; words: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>("input, select")?.focus(), []);
  const kinds = table.columns.map((column, i) => kindOf(column, table.rows.map((row) => row[i] ?? null)));
  const add = () => {
    const record = Object.create(null) as { [key: string]: Json };
    for (const [i, column] of table.columns.entries()) {
      const read = readInput(texts[i] ?? "", kinds[i] ?? "text", column, null);
      if ("problem" in read) return setProblem({ column: i, words: read.problem });
      record[column.key] = read.value;
    }
    onAdd(record);
  };
  return (
    <div class="table-panel record-panel" role="dialog" aria-label="Add a row" onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <form
        class="record-form"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <span class="label" aria-hidden="true">
          Add a row
        </span>
        {table.columns.map((column, i) => (
          <div class="field" key={i}>
            <label for={`${id}-${i}`}>{column.key}</label>
            <ValueInput
              column={column}
              kind={kinds[i] ?? "text"}
              name={`${id}-${i}`}
              text={texts[i] ?? ""}
              invalid={problem?.column === i}
              onText={(text) => {
                setTexts((before) => ({ ...before, [i]: text }));
                setProblem(null);
              }}
            />
          </div>
        ))}
        {problem && <p class="error" role="alert">{problem.words}</p>}
        <div class="panel-row">
          <button type="submit" class="button small primary">Add</button>
          <button type="button" class="button small secondary" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </div>
  );
}
