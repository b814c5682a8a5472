/** Two ends along one line: two of the browser's own sliders, laid over each other. */
import { useDraft } from "../../app/draft.ts";
import { Group } from "../../app/field.tsx";
import type { Props } from "../../app/page.tsx";
import { onScale, percent, scaleOf, withUnit } from "../../app/sliding.ts";

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-range-change" });
  const scale = scaleOf(c);
  const given = Array.isArray(draft.value.value) ? draft.value.value : [];
  const low = onScale(given[0], scale, scale.min);
  const high = Math.max(low, onScale(given[1], scale, scale.max));
  const move = (input: HTMLInputElement, upper: boolean) => {
    // An end goes up to the other one and no further.
    const value = upper ? Math.max(low, input.valueAsNumber) : Math.min(high, input.valueAsNumber);
    input.valueAsNumber = value;
    draft.set(upper ? [low, value] : [value, high]);
  };
  const end = (upper: boolean) => (
    <input
      type="range"
      {...scale}
      // Where both ends stand at the top, the lower one must be the one to take hold of.
      class={!upper && percent(low, scale) > 50 ? "above" : ""}
      value={upper ? high : low}
      aria-label={upper ? "To" : "From"}
      aria-valuetext={withUnit(upper ? high : low, c)}
      onInput={(event) => move(event.currentTarget, upper)}
      onChange={() => draft.finish()}
    />
  );
  return (
    <Group c={c} role="group" class="slider">
      <div class="range" style={{ "--from": `${percent(low, scale)}%`, "--to": `${percent(high, scale)}%` }}>
        {end(false)}
        {end(true)}
      </div>
      {c.flag("show_value") && <output>{`${low} – ${withUnit(high, c)}`}</output>}
    </Group>
  );
}
