/** Places on a map. Leaflet is loaded when the first map is shown. */
import { Later, part } from "../../app/later.tsx";
import type { Props } from "../../app/page.tsx";

const view = part(() => import("../../app/map_view.tsx").then((module) => module.MapView));

export function render({ c }: Props) {
  const label = c.text("label").value;
  const height = Math.max(120, c.number("height") ?? 360);
  return (
    <div {...c.root("viewer")}>
      {label && <span class="label">{label}</span>}
      <Later part={view} height={height}>
        {(View) => <View c={c} height={height} />}
      </Later>
    </div>
  );
}
