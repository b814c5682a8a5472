/** A picture, with a caption if need be. */
import { useState } from "preact/hooks";
import type { Props } from "../../app/page.tsx";
import { pressable } from "../../app/pressable.ts";
import { baseAddress, safeImage } from "../../app/urls.ts";

export function render({ c }: Props) {
  const src = c.text("src").value;
  const address = src === "" ? null : safeImage(src, baseAddress(c.session.bootstrap.base));
  const [failed, fail] = useState<string | null>(null);
  if (address === null && !c.session.editing) return null;
  const caption = c.text("caption");
  const width = c.number("max_width");
  const press = pressable(c);
  const role = "tabIndex" in press ? { role: "button" as const, "aria-label": c.text("alt").value || caption.value || "Image" } : {};
  return (
    <figure {...c.root("image")} style={width === null ? undefined : { maxWidth: `${width}px` }}>
      {address === null ? (
        <div class="slot">{src === "" ? "No picture yet" : "This address can't be shown as a picture"}</div>
      ) : (
        <span {...press} {...role} class="image-frame">
          <img src={address} alt={c.text("alt").value} decoding="async" onError={() => fail(address)} />
        </span>
      )}
      {address !== null && failed === address && (
        <p class="error" role="alert">
          This picture can't be shown: it isn't there, or it is damaged.
        </p>
      )}
      {caption.value && <figcaption>{caption}</figcaption>}
    </figure>
  );
}
