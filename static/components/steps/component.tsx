/** A numbered row of steps, the content of the one that is open, and the ways back and on. */
import { Check } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { AddPart } from "../../app/add_part.tsx";
import { Icon } from "../../app/icon.tsx";
import type { Instance } from "../../app/instance.ts";
import { useOpened } from "../../app/opened.ts";
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const { all, shown, open, choose } = useOpened(c);
  const place = open ? shown.indexOf(open) : 0;
  const root = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  // Whoever goes on by a button goes on reading and typing at the start of what came.
  useEffect(() => {
    if (moved.current) root.current?.querySelector<HTMLElement>(":scope > .step-panel")?.focus();
    moved.current = false;
  }, [open?.id]);
  const go = (step: Instance | undefined) => {
    moved.current = step !== undefined && step !== open;
    choose(step);
  };
  const reachable = (step: Instance, at: number) =>
    !step.flag("disabled") && (!c.flag("in_order") || at <= place || shown.slice(place, at).every((before, i) => i === 0 || before.flag("completed")));
  const back = shown.slice(0, place).reverse().find((step) => !step.flag("disabled"));
  const next = shown.slice(place + 1).find((step) => !step.flag("disabled"));
  return (
    <div {...c.root("steps")}>
      <div ref={root} class="steps-inside">
        <nav class="step-row" aria-label={c.text("label").value || "Steps"}>
          <ol>
            {shown.map((step, at) => (
              <StepMark key={step.id} step={step} number={at + 1} of={shown.length} open={step === open} before={at < place} reachable={reachable(step, at)} onClick={() => choose(step)} />
            ))}
          </ol>
          <AddPart c={c} type="step" words="Add a step" />
        </nav>
        {(open || all.length === 0) && <Children of={c} where={({ id }) => id === open?.id} slot="Drop a step here" />}
        {c.flag("show_buttons") && shown.length > 1 && (
          <div class="step-buttons">
            {back && (
              <button type="button" class="button secondary" onClick={() => go(back)}>
                {c.text("back_label").value || "Back"}
              </button>
            )}
            {next && (
              <button type="button" class="button primary" onClick={() => go(next)}>
                {c.text("next_label").value || "Next"}
              </button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

interface MarkProps {
  step: Instance;
  number: number;
  of: number;
  open: boolean;
  before: boolean;
  reachable: boolean;
  onClick: () => void;
}

function StepMark({ step, number, of, open, before, reachable, onClick }: MarkProps) {
  const completed = step.flag("completed") || before;
  const caption = step.text("caption");
  return (
    <li class={`step ${open ? "step-open" : ""} ${completed ? "step-completed" : ""}`}>
      <button type="button" data-selects={step.id} aria-current={open ? "step" : undefined} disabled={!open && !reachable && !step.session.designing.value} onClick={onClick}>
        <span class="step-number" aria-hidden="true">
          {completed && !open ? <Icon icon={Check} /> : number}
        </span>
        <span class="step-words">
          <span class="visually-hidden">{`Step ${number} of ${of}: `}</span>
          <strong id={`${step.domId}/title`}>{step.text("title").value || step.id}</strong>
          {caption.value && <span class="step-caption">{caption}</span>}
          {completed && <span class="visually-hidden">, completed</span>}
        </span>
      </button>
    </li>
  );
}
