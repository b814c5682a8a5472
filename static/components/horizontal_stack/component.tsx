/** Components in a row. */
import { Children, type Props } from "../../app/page.tsx";

const JUSTIFY: ReadonlyMap<string, string> = new Map([
  ["start", "flex-start"],
  ["center", "center"],
  ["end", "flex-end"],
  ["between", "space-between"],
]);
const ALIGN: ReadonlyMap<string, string> = new Map([
  ["start", "flex-start"],
  ["center", "center"],
  ["end", "flex-end"],
  ["baseline", "baseline"],
]);

export function render({ c }: Props) {
  const style = {
    gap: `${c.number("gap") ?? 12}px`,
    justifyContent: JUSTIFY.get(c.text("justify").value) ?? "flex-start",
    alignItems: ALIGN.get(c.text("align").value) ?? "flex-end",
  };
  return (
    <div {...c.root("row", c.flag("wrap") ? "row-wrap" : "row-scroll")} style={style}>
      <Children of={c} />
    </div>
  );
}
