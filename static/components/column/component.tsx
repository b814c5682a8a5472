/** One of several columns; how wide it is goes by its neighbours. */
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const width = Math.max(0.1, c.number("width") ?? 1);
  return (
    <div {...c.root("column", "stack")} style={{ flexGrow: width }}>
      <Children of={c} />
    </div>
  );
}
