/** A message that stands in the page while there is something to say. */
import { Icon } from "../../app/icon.tsx";
import { KIND_ICONS } from "../../app/notices.tsx";
import type { Props } from "../../app/page.tsx";

const isKind = (kind: string): kind is keyof typeof KIND_ICONS => Object.hasOwn(KIND_ICONS, kind);

export function render({ c }: Props) {
  const kind = c.text("kind").value;
  const title = c.text("title");
  const text = c.text("text");
  const empty = text.value === "" && title.value === "";
  if (empty && !c.session.editing) return null;
  const known = isKind(kind) ? kind : "info";
  return (
    <div {...c.root("message", `kind-${known}`, empty ? "message-empty" : "")} role={known === "error" ? "alert" : "status"}>
      {kind === "loading" ? <span class="spinner" aria-hidden="true" /> : <Icon icon={KIND_ICONS[known]} />}
      <div class="message-words">
        {title.value && <strong>{title}</strong>}
        {empty ? <span>Hidden while its text is empty</span> : text.value && <span>{text}</span>}
      </div>
    </div>
  );
}
