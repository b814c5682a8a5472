/** How far something is, as a bar. */
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const label = c.text("label");
  const max = c.number("max") ?? 100;
  const value = c.number("value");
  const part = value === null || max <= 0 ? null : Math.min(1, Math.max(0, value / max));
  const percent = part === null ? "" : `${Math.round(part * 100)} %`;
  const now = part === null ? {} : { "aria-valuenow": part * max, "aria-valuemin": 0, "aria-valuemax": max, "aria-valuetext": percent };
  return (
    <div {...c.root("progress")}>
      {(label.value || (percent && c.flag("show_value"))) && (
        <div class="progress-words" aria-hidden="true">
          <span>{label}</span>
          {c.flag("show_value") && <span class="progress-value">{percent}</span>}
        </div>
      )}
      <div class="progress-track" role="progressbar" aria-label={label.value || "Progress"} {...now}>
        <div class={part === null ? "progress-part unknown" : "progress-part"} style={part === null ? undefined : { width: `${part * 100}%` }} />
      </div>
    </div>
  );
}
