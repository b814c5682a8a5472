/** A number of stars: radio buttons, of which the browser's keys choose one. */
import { Star } from "lucide";
import { useDraft } from "../../app/draft.ts";
import { Group } from "../../app/field.tsx";
import { Icon } from "../../app/icon.tsx";
import type { Props } from "../../app/page.tsx";

// More stars than these are no longer counted at a glance, and would fill any screen.
const MOST_STARS = 20;

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-number-change" });
  const value = typeof draft.value.value === "number" ? draft.value.value : 0;
  const stars = Math.max(1, Math.min(MOST_STARS, Math.floor(c.number("max") ?? 5)));
  const take = (number: number | null) => {
    draft.set(number);
    draft.finish();
  };
  return (
    <Group c={c} role="radiogroup" class="rating">
      {Array.from({ length: stars }, (_, i) => i + 1).map((number) => (
        <label key={number} class={number <= Math.round(value) ? "star lit" : "star"}>
          <input
            type="radio"
            name={c.domId}
            value={number}
            aria-label={number === 1 ? "1 star" : `${number} stars`}
            checked={Math.round(value) === number}
            onChange={() => take(number)}
            // The star that is chosen already takes the rating back.
            onClick={() => value === number && !c.flag("required") && take(null)}
          />
          <Icon icon={Star} />
        </label>
      ))}
    </Group>
  );
}
