/** A date or a time: the browser's own input, with its calendar and its keys. */
import { useRef, useState } from "preact/hooks";
import { useDraft } from "./draft.ts";
import { asText } from "./expressions.ts";
import { controlProps, Field } from "./field.tsx";
import { useWatch } from "./hooks.ts";
import type { Instance } from "./instance.ts";
import { showIn } from "./show_in.ts";

export function Moment({ c, kind }: { c: Instance; kind: "date" | "time" }) {
  const draft = useDraft(c, { change: `wf-${kind}-change` });
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  // A time may come with its seconds, a date with its time: the input shows what it is for.
  const length = kind === "date" ? 10 : 5;
  const bound = (name: string) => c.text(name).value.slice(0, length) || undefined;
  const [min, max] = [bound("min"), bound("max")];
  useWatch(() => showIn(input.current, asText(draft.value.value).slice(0, length)), [draft.value]);
  const take = (element: HTMLInputElement, done: boolean) => {
    const { value, validity } = element;
    // Of a year that is being typed there are first one, two, three digits.
    const unfinished = validity.badInput || (kind === "date" && /^0/.test(value));
    const wrong = unfinished ? `Enter a ${kind}.` : problemWith(value, min, max);
    if (done || !wrong) setProblem(wrong);
    if (wrong) return;
    const entered = value.slice(0, length) || null;
    if (entered === (asText(draft.value.peek()).slice(0, length) || null)) return;
    draft.set(entered);
    draft.finish();
  };
  return (
    <Field c={c} problem={problem}>
      <input
        {...controlProps(c, problem)}
        ref={input}
        class="input moment"
        type={kind}
        min={min}
        max={max}
        onInput={(event) => take(event.currentTarget, false)}
        onBlur={(event) => take(event.currentTarget, true)}
      />
    </Field>
  );
}

function problemWith(value: string, min: string | undefined, max: string | undefined): string {
  if (value && min && value < min) return `The earliest is ${min}.`;
  return value && max && value > max ? `The latest is ${max}.` : "";
}
