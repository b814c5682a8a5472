/** The button that opens a page's sidebar where there is no room to show it always. */
import { Menu } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import type { Instance } from "./instance.ts";

// Beside a narrower page than this a sidebar would take the room that its content needs.
const NARROW = "(max-width: 720px)";

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => setNarrow(query.matches);
    follow();
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return narrow;
}

export function DrawerButton({ sidebar, words = false }: { sidebar: Instance; words?: boolean }) {
  const narrow = useNarrow();
  const { drawer } = sidebar.session;
  if (!narrow || !sidebar.visible.value) return null;
  const open = drawer.value === sidebar.id;
  const title = sidebar.text("title").value || "Menu";
  return (
    <button
      type="button"
      class="drawer-button"
      data-selects={sidebar.id}
      aria-label={words ? undefined : title}
      aria-expanded={open}
      onClick={() => (drawer.value = open ? null : sidebar.id)}
    >
      <Icon icon={Menu} />
      {words && <span>{title}</span>}
    </button>
  );
}
