/** The content of the step that is open; the row of steps is drawn by those around it. */
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  return (
    <div {...c.root("step-panel", "stack")} role="group" id={c.domId} aria-labelledby={`${c.domId}/title`} tabIndex={-1}>
      <Children of={c} />
    </div>
  );
}
