/** A page: its title in the tab, its components below one another, around them header and sidebar. */
import { useWatch } from "../../app/hooks.ts";
import { Children, type Props } from "../../app/page.tsx";
import type { Component } from "../../app/protocol.ts";

const isHeader = ({ type }: Component) => type === "header";
const isSidebar = ({ type }: Component) => type === "sidebar";
const isContent = (child: Component) => !isHeader(child) && !isSidebar(child);
const EMPTY = "An empty page. Drag a component here from the palette, or press I to insert one.";

export function render({ c }: Props) {
  useWatch(() => {
    document.title = c.text("title").value || c.session.bootstrap.title;
  }, [c]);
  const width = c.value("width").value === "wide" ? "page-wide" : "page-compact";
  if (c.component.children.every(isContent)) {
    return (
      <main {...c.root("page", "stack", width)}>
        <Children of={c} slot={EMPTY} />
      </main>
    );
  }
  return (
    <div {...c.root("page-frame")}>
      <Children of={c} slot="" where={isHeader} />
      <div class="page-beside">
        <Children of={c} slot="" where={isSidebar} />
        <main class={`page stack ${width}`}>
          <Children of={c} slot={EMPTY} where={isContent} />
        </main>
      </div>
    </div>
  );
}
