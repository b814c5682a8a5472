/** A link. An address with a scheme that isn't allowed leads nowhere. */
import { clickPayload } from "../../app/dom_events.ts";
import type { Props } from "../../app/page.tsx";
import { pressable } from "../../app/pressable.ts";
import { baseAddress, safeLink } from "../../app/urls.ts";

export function render({ c }: Props) {
  const url = c.text("url").value.trim();
  const base = baseAddress(c.session.bootstrap.base);
  const address = url === "" ? null : safeLink(url, base);
  const words = c.text("text").value || url;
  if (address === null) {
    return (
      <a {...c.root("link")} role="link" aria-disabled={c.listens("wf-click") ? undefined : true} {...pressable(c)}>
        {words}
      </a>
    );
  }
  const away = c.flag("new_tab");
  const isHere = address === base + c.session.page.value?.id;
  const press = (event: MouseEvent) => c.listens("wf-click") && void c.emit("wf-click", clickPayload(event));
  return (
    <a {...c.root("link")} href={address} aria-current={isHere ? "page" : undefined} target={away ? "_blank" : undefined} rel={away ? "noopener noreferrer" : undefined} onClick={press}>
      {words}
    </a>
  );
}
