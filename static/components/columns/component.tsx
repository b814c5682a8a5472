/** Columns side by side, below one another where it is narrow. */
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const align = c.text("align").value;
  return (
    <div {...c.root("columns")} style={{ gap: `${c.number("gap") ?? 24}px`, alignItems: align === "start" || align === "end" ? `flex-${align}` : align }}>
      <Children of={c} slot="Drop a column here" />
    </div>
  );
}
