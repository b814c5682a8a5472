/** A cell while it is edited. Enter and Tab take what is typed, Escape gives it up, leaving takes it too. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Json } from "../../app/protocol.ts";
import type { Column } from "../../app/table.ts";
import { asInput, type Kind, readInput } from "./cell_values.ts";
import { ValueInput } from "./value_input.tsx";

/** Where the grid goes on after an edit. */
export type Then = "down" | "up" | "right" | "left" | "stay";

interface CellEditorProps {
  column: Column;
  kind: Kind;
  value: Json;
  /** What was typed to begin with, in place of the value. */
  typed: string | null;
  onTake(value: Json, then: Then): void;
  onGiveUp(): void;
  onProblem(problem: string): void;
}

export function CellEditor({ column, kind, value, typed, onTake, onGiveUp, onProblem }: CellEditorProps) {
  const before = asInput(value, kind, column);
  const [text, setText] = useState(typed ?? before);
  const [invalid, setInvalid] = useState(false);
  const input = useRef<HTMLInputElement & HTMLSelectElement>(null);
  const over = useRef(false);
  useLayoutEffect(() => {
    input.current?.focus({ preventScroll: true });
    // What was typed is gone on with, a whole value is replaced.
    if (typed === null && kind !== "choice") input.current?.select();
  }, []);
  const take = (then: Then, leaving = false) => {
    if (over.current) return;
    const read = text === before ? { value } : readInput(text, kind, column, value);
    if ("problem" in read) {
      onProblem(read.problem);
      setInvalid(true);
      if (leaving) giveUp();
      return;
    }
    over.current = true;
    onTake(read.value, then);
  };
  const giveUp = () => {
    over.current = true;
    onGiveUp();
  };
  return (
    <ValueInput
      column={column}
      kind={kind}
      text={text}
      label={`Edit ${column.name}`}
      invalid={invalid}
      input={input}
      onText={(now) => {
        setText(now);
        setInvalid(false);
      }}
      onBlur={() => take("stay", true)}
      onKeyDown={(event) => {
        // Keys of an input method, and keys within the editor, are none of the grid's.
        event.stopPropagation();
        if (event.isComposing) return;
        if (event.key === "Escape") giveUp();
        else if (event.key === "Enter") take(event.shiftKey ? "up" : "down");
        else if (event.key === "Tab") take(event.shiftKey ? "left" : "right");
        else return;
        event.preventDefault();
      }}
    />
  );
}
