/** A row of tabs and the content of the one that is open; arrow keys go along the row. */
import { AddPart } from "../../app/add_part.tsx";
import { useOpened } from "../../app/opened.ts";
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const { all, shown, open, choose } = useOpened(c);
  const onKeyDown = (event: KeyboardEvent) => {
    const enabled = shown.filter((tab) => tab === open || !tab.flag("disabled"));
    const to = placeAfter(event.key, open ? enabled.indexOf(open) : 0, enabled.length);
    if (to === null) return;
    event.preventDefault();
    choose(enabled[to]);
    document.getElementById(`${enabled[to]?.domId}/tab`)?.focus();
  };
  return (
    <div {...c.root("tabs")}>
      <div class="tab-row">
        {shown.length > 0 && (
          <div class="tab-list" role="tablist" aria-label={c.text("label").value || "Tabs"} onKeyDown={onKeyDown}>
            {shown.map((tab) => (
              <button
                key={tab.id}
                type="button"
                role="tab"
                id={`${tab.domId}/tab`}
                data-selects={tab.id}
                aria-selected={tab === open}
                aria-controls={tab === open ? tab.domId : undefined}
                tabIndex={tab === open ? 0 : -1}
                disabled={tab !== open && tab.flag("disabled") && !c.session.designing.value}
                onClick={() => choose(tab)}
              >
                {tab.text("title").value || tab.id}
              </button>
            ))}
          </div>
        )}
        <AddPart c={c} type="tab" words="Add a tab" />
      </div>
      {(open || all.length === 0) && <Children of={c} where={({ id }) => id === open?.id} slot="Drop a tab here" />}
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
