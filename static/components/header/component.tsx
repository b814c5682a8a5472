/** The app's bar at the top of the page; on narrow screens it also has the button of the sidebar. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { DrawerButton } from "../../app/drawer.tsx";
import { Children, type Props } from "../../app/page.tsx";
import type { Component } from "../../app/protocol.ts";
import { baseAddress, safeImage } from "../../app/urls.ts";

export function render({ c }: Props) {
  const inside = useRef<HTMLDivElement>(null);
  const sticky = c.flag("sticky");
  // What else stays in sight, such as a sidebar, begins below the bar.
  useLayoutEffect(() => {
    const bar = inside.current;
    if (!bar || !sticky) return;
    const style = document.documentElement.style;
    const sizes = new ResizeObserver(() => style.setProperty("--bar-height", `${bar.offsetHeight}px`));
    sizes.observe(bar);
    return () => {
      sizes.disconnect();
      style.removeProperty("--bar-height");
    };
  }, [sticky]);
  const page = c.session.page.value;
  const src = c.text("logo").value;
  const logo = src === "" ? null : safeImage(src, baseAddress(c.session.bootstrap.base));
  const titled = c.text("title").value !== "";
  // A page has one main heading: its own, if there is one.
  const Title = page && hasMainHeading(page) ? "p" : "h1";
  const sidebar = page?.children.find(({ type }) => type === "sidebar");
  return (
    <header {...c.root("app-bar", sticky ? "app-bar-sticky" : "")}>
      <div class="app-bar-inside" ref={inside}>
        {sidebar && <DrawerButton sidebar={c.child(sidebar)} />}
        {logo !== null && <img class="app-bar-logo" src={logo} alt={titled ? "" : c.text("logo_alt").value} />}
        {titled && <Title class="app-bar-title">{c.text("title")}</Title>}
        <div class="app-bar-items">
          <Children of={c} slot="Drop here what stands at the right" />
        </div>
      </div>
    </header>
  );
}

function hasMainHeading(component: Component): boolean {
  if (component.visible === false) return false;
  const isOne = component.type === "heading" && String(component.fields["level"]) === "1";
  return isOne || component.children.some(hasMainHeading);
}
