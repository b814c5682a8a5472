/** The content of the tab that is open; the row of tabs is drawn by those around it. */
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  return (
    <div {...c.root("tab-panel", "stack")} role="tabpanel" id={c.domId} aria-labelledby={`${c.domId}/tab`} tabIndex={0}>
      <Children of={c} />
    </div>
  );
}
