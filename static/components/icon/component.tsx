/** An icon by its name. Until it has come, its room is kept. */
import { Icon } from "../../app/icon.tsx";
import { namedIcon } from "../../app/named_icon.ts";
import type { Props } from "../../app/page.tsx";
import { pressable } from "../../app/pressable.ts";

export function render({ c }: Props) {
  const name = c.text("icon").value;
  const icon = name === "" ? null : namedIcon(name).value;
  const label = c.text("label").value;
  const size = Math.min(256, Math.max(8, c.number("size") ?? 24));
  const press = pressable(c);
  const named = "tabIndex" in press ? { role: "button" as const, "aria-label": label || name } : label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true };
  if (icon === null && c.session.editing) {
    return (
      <span {...c.root("misfit")} role="note">
        {name === "" ? "No icon yet" : `There is no icon “${name}”`}
      </span>
    );
  }
  return (
    <span {...c.root("named-icon")} {...press} {...named} style={{ width: `${size}px`, height: `${size}px`, color: c.text("colour").value || undefined }}>
      {icon && <Icon icon={icon} />}
    </span>
  );
}
