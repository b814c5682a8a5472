/** A row of tabs and the content of the one that is open; arrow keys go along the row. */
import { useMemo, useRef } from "preact/hooks";
import { useDraft } from "../../app/draft.ts";
import { Instance } from "../../app/instance.ts";
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-tab-change" });
  const list = useRef<HTMLDivElement>(null);
  const tabs = useMemo(() => c.component.children.map((tab) => new Instance(c.session, c.page, tab, c.scope)), [c]);
  const shown = tabs.filter((tab) => tab.visible.value);
  const open = shown.find((tab) => tab.id === draft.value.value) ?? shown[0];
  const choose = (tab: Instance | undefined) => {
    if (!tab || tab === open) return;
    draft.set(tab.id);
    draft.finish();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, open ? shown.indexOf(open) : 0, shown.length);
    if (to === null) return;
    event.preventDefault();
    choose(shown[to]);
    list.current?.querySelectorAll<HTMLElement>(":scope > [role=tab]")[to]?.focus();
  };
  return (
    <div {...c.root("tabs")}>
      {shown.length > 0 && (
        <div class="tab-list" role="tablist" ref={list} aria-label={c.text("label").value || "Tabs"} onKeyDown={onKeyDown}>
          {shown.map((tab) => (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`${tab.domId}/tab`}
              aria-selected={tab === open}
              aria-controls={tab === open ? tab.domId : undefined}
              tabIndex={tab === open ? 0 : -1}
              onClick={() => choose(tab)}
            >
              {tab.text("title")}
            </button>
          ))}
        </div>
      )}
      {(open || tabs.length === 0) && <Children of={c} only={open?.id} slot="Drop a tab here" />}
    </div>
  );
}

/** Where a key leads from `place` among `count`; `null` if it isn't one of these. */
function placeAfter(key: string, place: number, count: number): number | null {
  if (key === "ArrowRight") return (place + 1) % count;
  if (key === "ArrowLeft") return (place + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}
