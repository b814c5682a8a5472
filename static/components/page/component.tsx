/** A page: its title in the tab, its components below one another. */
import { useWatch } from "../../app/hooks.ts";
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  useWatch(() => {
    document.title = c.text("title").value || c.session.bootstrap.title;
  }, [c]);
  const width = c.value("width").value === "wide" ? "page-wide" : "page-compact";
  return (
    <main {...c.root("page", "stack", width)}>
      <Children of={c} slot="An empty page. Drag a component here from the palette, or press I to insert one." />
    </main>
  );
}
