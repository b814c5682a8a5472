/** A number. What isn't one is never sent, nor is what is out of bounds. */
import { Minus, Plus } from "lucide";
import { useRef, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.ts";
import { controlProps, Field } from "../../app/field.tsx";
import { useWatch } from "../../app/hooks.ts";
import { Icon } from "../../app/icon.tsx";
import { bounded, problemWith, stepped } from "../../app/numbers.ts";
import type { Props } from "../../app/page.tsx";
import { showIn } from "../../app/show_in.ts";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-number-change", finish: "wf-number-change-finish" });
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const bounds = { min: c.number("min"), max: c.number("max") };
  const step = c.number("step") || 1;
  useWatch(() => {
    const element = input.current;
    const value = draft.value.value;
    const number = typeof value === "number" ? value : null;
    // "5." and "5" are one number: what is being typed stays as it is.
    const typed = element && element.value !== "" ? Number(element.value) : null;
    if (element && typed !== number && !element.validity.badInput) showIn(element, number === null ? "" : String(number));
  }, [draft.value]);
  const take = (element: HTMLInputElement, done: boolean) => {
    const number = element.value === "" ? null : Number(element.value);
    const wrong = problemWith(number, element.validity.badInput, bounds);
    if (done || !wrong) setProblem(wrong);
    if (!wrong && number !== draft.value.peek()) draft.set(number);
    if (done && !wrong) draft.finish();
  };
  const move = (by: number) => {
    const element = input.current;
    if (!element) return;
    element.value = String(bounded(stepped(element.value === "" ? null : Number(element.value), by, step), bounds));
    take(element, true);
  };
  const disabled = c.flag("disabled");
  return (
    <Field c={c} problem={problem}>
      <div class="stepper">
        <input
          {...controlProps(c, problem)}
          ref={input}
          class="input"
          type="number"
          inputMode="decimal"
          placeholder={c.text("placeholder")}
          min={bounds.min ?? undefined}
          max={bounds.max ?? undefined}
          step={step}
          onInput={(event) => take(event.currentTarget, false)}
          onKeyDown={(event) => event.key === "Enter" && take(event.currentTarget, true)}
          onBlur={(event) => take(event.currentTarget, true)}
        />
        {/* The arrow keys do the same for the keyboard. */}
        <button type="button" tabIndex={-1} aria-hidden="true" disabled={disabled} onClick={() => move(-1)}>
          <Icon icon={Minus} />
        </button>
        <button type="button" tabIndex={-1} aria-hidden="true" disabled={disabled} onClick={() => move(1)}>
          <Icon icon={Plus} />
        </button>
      </div>
    </Field>
  );
}
