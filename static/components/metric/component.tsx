/** A number with its name and how it has changed; the arrow says the direction without colour, too. */
import { Minus, TrendingDown, TrendingUp } from "lucide";
import { Icon } from "../../app/icon.tsx";
import type { Props } from "../../app/page.tsx";
import { pressable } from "../../app/pressable.ts";

export function render({ c }: Props) {
  const delta = c.text("delta");
  const description = c.text("description");
  const same = Number.parseFloat(delta.value.replace(",", ".").replace("\u2212", "-")) === 0;
  const down = /^\s*[-\u2212]/.test(delta.value);
  const better = c.text("better").value;
  const tone = same || better === "neither" ? "" : (better === "down") === down ? "tone-good" : "tone-bad";
  const press = pressable(c);
  // What can be pressed is named by all that it shows.
  const named = "tabIndex" in press ? { role: "button" as const } : { role: "group" as const, "aria-labelledby": `${c.domId}/label ${c.domId}/value` };
  return (
    <div {...c.root("metric")} {...press} {...named}>
      <div class="metric-label" id={`${c.domId}/label`}>
        {c.text("label")}
      </div>
      <div class="metric-value" id={`${c.domId}/value`}>
        {c.text("value")}
      </div>
      {delta.value && (
        <div class={`metric-delta ${tone}`}>
          <Icon icon={same ? Minus : down ? TrendingDown : TrendingUp} />
          <span>{delta}</span>
        </div>
      )}
      {description.value && <div class="metric-description">{description}</div>}
    </div>
  );
}
