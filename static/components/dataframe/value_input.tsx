/** The control for a value of a column: in a cell that is edited, and in the form for a new row. */
import type { RefObject } from "preact";
import { SelectFrame } from "../../app/select_frame.tsx";
import type { Column } from "../../app/table.ts";
import type { Kind } from "./cell_values.ts";

interface ValueInputProps {
  column: Column;
  kind: Kind;
  text: string;
  name?: string;
  label?: string;
  invalid?: boolean;
  input?: RefObject<HTMLInputElement & HTMLSelectElement | null>;
  onText(text: string): void;
  onKeyDown?(event: KeyboardEvent): void;
  onBlur?(): void;
}

export function ValueInput({ column, kind, text, name, label, invalid, input, onText, onKeyDown, onBlur }: ValueInputProps) {
  const shared = { class: "input", id: name, "aria-label": label, "aria-invalid": invalid || undefined, onKeyDown, onBlur };
  if (kind === "choice") {
    const choices = column.type === "boolean" ? ["true", "false"] : (column.choices ?? []);
    const shown = text === "" || choices.includes(text) ? choices : [...choices, text];
    const list = (
      <select {...shared} ref={input ?? null} value={text} onChange={(event) => onText(event.currentTarget.value)}>
        <option value="">–</option>
        {shown.map((choice) => (
          <option key={choice} value={choice}>
            {column.type === "boolean" ? (choice === "true" ? "yes" : "no") : choice}
          </option>
        ))}
      </select>
    );
    // In a cell there is no room for more.
    return label ? list : <SelectFrame>{list}</SelectFrame>;
  }
  const typed = { ...shared, ref: input ?? null, autocomplete: "off", value: text, onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => onText(currentTarget.value) };
  if (kind === "date") return <input {...typed} type="date" />;
  if (kind === "moment") return <input {...typed} type="datetime-local" step={1} />;
  return <input {...typed} type="text" inputMode={kind === "number" ? "decimal" : undefined} />;
}
