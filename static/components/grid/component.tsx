/** As many columns of one width as there is room for. */
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const width = Math.max(40, c.number("min_width") ?? 220);
  const style = { gap: `${c.number("gap") ?? 16}px`, gridTemplateColumns: `repeat(auto-fit, minmax(min(${width}px, 100%), 1fr))` };
  return (
    <div {...c.root("grid")} style={style}>
      <Children of={c} />
    </div>
  );
}
