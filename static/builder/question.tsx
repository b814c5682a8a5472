/** A question that must be answered before something goes on: a dialog with a sentence and its answers. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "./controls.tsx";

interface Asked {
  title: string;
  text: ComponentChildren;
  /** The first is what Enter does. */
  answers: readonly string[];
  /** Whether the first can't be taken back easily. */
  dangerous: boolean;
  answer(chosen: string | null): void;
}

const asked = signal<Asked | null>(null);

/** The answer that was chosen; `null` for none. A question that is asked meanwhile takes the place of the one before. */
export function question(title: string, text: ComponentChildren, answers: readonly string[], dangerous = false): Promise<string | null> {
  asked.peek()?.answer(null);
  return new Promise((resolve) => {
    asked.value = {
      title,
      text,
      answers,
      dangerous,
      answer(chosen) {
        asked.value = null;
        resolve(chosen);
      },
    };
  });
}

/** Nobody answers: what it is about is looked at first. */
export function dismissQuestion(): void {
  asked.peek()?.answer(null);
}

export function QuestionDialog() {
  const now = asked.value;
  return now && <Dialog key={now.title} {...now} />;
}

function Dialog({ title, text, answers, dangerous, answer }: Asked) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key: it is the answer.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="question-dialog" aria-label={title} onCancel={() => answer(null)}>
      <h2>{title}</h2>
      <div class="question-text">{text}</div>
      <footer>
        <Button label="Cancel" onClick={() => answer(null)} />
        {answers.slice(1).map((each) => (
          <Button key={each} label={each} onClick={() => answer(each)} />
        ))}
        <button type="button" class={`button ${dangerous ? "danger" : "primary"}`} autofocus onClick={() => answer(answers[0]!)}>
          {answers[0]}
        </button>
      </footer>
    </dialog>
  );
}
