/** A person's picture or initials, and their name. */
import type { Props } from "../../app/page.tsx";
import { pressable } from "../../app/pressable.ts";
import { baseAddress, safeImage } from "../../app/urls.ts";

export function render({ c }: Props) {
  const name = c.text("name");
  const src = c.text("src").value;
  const address = src === "" ? null : safeImage(src, baseAddress(c.session.bootstrap.base));
  const caption = c.text("caption");
  const words = c.flag("show_name");
  const press = pressable(c);
  const role = "tabIndex" in press ? "button" : words ? "group" : "img";
  // What can be pressed is named by the words that it shows.
  const named = !words ? { "aria-label": name.value || "Avatar" } : role === "group" ? { "aria-labelledby": `${c.domId}/words` } : {};
  return (
    <div {...c.root("avatar", `avatar-${c.text("size").value}`)} {...press} role={role} {...named}>
      <span class="avatar-face" aria-hidden="true">
        {address === null ? initials(name.value) : <img src={address} alt="" />}
      </span>
      {words && (
        <span class="avatar-words" id={`${c.domId}/words`}>
          <strong>{name}</strong>
          {caption.value && <span>{caption}</span>}
        </span>
      )}
    </div>
  );
}

/** The first letters of the first and of the last name. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => (Array.from(word ?? "")[0] ?? "").toUpperCase()).join("");
}
