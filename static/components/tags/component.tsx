/** Tags in a row; buttons if a handler waits for them. */
import { optionsOf } from "../../app/options.ts";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const tags = optionsOf(c.value("tags").value);
  const pressed = c.listens("wf-tag-click");
  return (
    <ul {...c.root("tags")} role="list" aria-label={c.text("label").value || "Tags"}>
      {tags.map(([key, label]) => (
        <li key={key}>
          {pressed ? (
            <button type="button" class="tag" onClick={() => void c.emit("wf-tag-click", key)}>
              {label}
            </button>
          ) : (
            <span class="tag">{label}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
