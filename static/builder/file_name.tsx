/** The field in which a file or folder gets its name, in the tree where it stands. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { nameProblem } from "./file_rows.ts";
import { files, folders } from "./store.ts";

interface NameProps {
  label: string;
  initial: string;
  folder: string;
  /** Its path now, which it may keep; empty for something new. */
  own: string;
  /** `null`: it stays as it was. */
  done: (name: string | null) => void;
}

export function NameInput({ label, initial, folder, own, done }: NameProps) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ended = useRef(false);
  // At once: what is typed right behind the command belongs in here.
  useLayoutEffect(() => {
    const dot = initial.lastIndexOf(".");
    input.current?.focus();
    // The suffix says what the file is: it stays unless somebody means it.
    input.current?.setSelectionRange(0, dot > 0 ? dot : initial.length);
  }, []);
  const check = (text: string): string | null => {
    const taken = new Set([...files.peek().map((file) => file.path), ...folders.peek()]);
    taken.delete(own);
    return nameProblem(text, taken, folder);
  };
  const end = (apply: boolean): void => {
    if (ended.current) return;
    const text = input.current?.value.trim() ?? "";
    const wrong = apply && text !== initial ? check(text) : null;
    if (wrong && apply) {
      setProblem(wrong);
      return;
    }
    ended.current = true;
    done(apply && text && text !== initial ? text : null);
  };
  return (
    <span class="name-input">
      <input
        ref={input}
        class="rename mono"
        aria-label={label}
        aria-invalid={problem !== null}
        defaultValue={initial}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => setProblem(event.currentTarget.value.trim() ? check(event.currentTarget.value.trim()) : null)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter") end(true);
          if (event.key === "Escape") end(false);
        }}
        onBlur={() => end(false)}
      />
      {problem && (
        <span class="name-problem" role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}
