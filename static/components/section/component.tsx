/** A section: a named group, which may be folded. */
import { ChevronRight } from "lucide";
import { useState } from "preact/hooks";
import { Icon } from "../../app/icon.tsx";
import { holds } from "../../app/opened.ts";
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const [folded, fold] = useState(() => c.flag("start_collapsed"));
  const title = c.text("title");
  const named = title.value !== "";
  const collapsible = named && c.flag("collapsible");
  const { designing, wanted } = c.session;
  const looked = designing.value && wanted.value !== null && wanted.value !== c.id && holds(c.component, wanted.value);
  const shown = !collapsible || !folded || looked;
  const titleId = `${c.domId}/title`;
  return (
    <section {...c.root("section", `section-${c.text("appearance").value}`)} aria-labelledby={named ? titleId : undefined}>
      {named && (
        <h2 class="section-title" id={titleId}>
          {collapsible ? (
            <button type="button" class="fold" aria-expanded={shown} onClick={() => fold(!folded)}>
              <Icon icon={ChevronRight} />
              <span>{title}</span>
            </button>
          ) : (
            title
          )}
        </h2>
      )}
      {shown && (
        <div class="stack">
          <Children of={c} />
        </div>
      )}
    </section>
  );
}
