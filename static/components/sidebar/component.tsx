/** A sidebar: beside the page where there is room, else a drawer behind a button. */
import { X } from "lucide";
import { useEffect } from "preact/hooks";
import { DrawerButton, useNarrow } from "../../app/drawer.tsx";
import { Icon } from "../../app/icon.tsx";
import type { Instance } from "../../app/instance.ts";
import { Modal } from "../../app/modal.tsx";
import { holds } from "../../app/opened.ts";
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const narrow = useNarrow();
  const { drawer, designing, wanted } = c.session;
  const close = () => (drawer.value = null);
  useEffect(() => close, [narrow]);
  const width = Math.min(480, Math.max(160, c.number("width") ?? 240));
  const name = c.text("title").value || "Menu";
  const content = <Content c={c} />;
  if (!narrow) {
    return (
      <aside {...c.root("sidebar")} aria-label={name} style={{ flexBasis: `${width}px` }}>
        {content}
      </aside>
    );
  }
  const bar = hasHeader(c) ? null : <DrawerButton sidebar={c} words />;
  if (designing.value) {
    const looked = wanted.value !== null && holds(c.component, wanted.value);
    return (
      <aside {...c.root("sidebar", "sidebar-in-place")} aria-label={name}>
        {bar}
        {looked && content}
      </aside>
    );
  }
  return (
    <aside {...c.root("sidebar-closed")} aria-label={name}>
      {bar}
      <Modal open={drawer.value === c.id} onClose={close} attributes={{ class: "drawer", "aria-label": name, style: { inlineSize: `${width}px` } }}>
        {/* What leads elsewhere has done what the drawer was opened for. */}
        <div class="drawer-inside" onClick={({ target }) => target instanceof Element && target.closest("a[href]") && close()}>
          {content}
          <button type="button" class="icon-button dialog-close" aria-label={`Close ${name}`} onClick={close}>
            <Icon icon={X} />
          </button>
        </div>
      </Modal>
    </aside>
  );
}

function Content({ c }: { c: Instance }) {
  return (
    <div class="sidebar-content stack">
      {c.flag("show_title") && c.text("title").value && <h2 class="sidebar-title">{c.text("title")}</h2>}
      <Children of={c} />
    </div>
  );
}

/** Whether the page shows a header: it has the button then. */
function hasHeader(c: Instance): boolean {
  const page = c.session.page.value;
  return page?.children.some((each) => each.type === "header" && c.child(each).visible.value) ?? false;
}
