/** Sound in the browser's own player. */
import { MediaState, useMedia } from "../../app/media.tsx";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const media = useMedia(c);
  const label = c.text("label").value;
  const controls = c.flag("controls");
  if (media.address === null && !media.problem && !c.session.editing) return null;
  return (
    <div {...c.root("viewer", "audio")}>
      {label && controls && <span class="label">{label}</span>}
      {media.address !== null && (
        <audio
          src={media.address}
          aria-label={label || "Sound"}
          controls={controls}
          autoplay={c.flag("autoplay")}
          muted={c.flag("muted")}
          loop={c.flag("loop")}
          preload="metadata"
          onError={media.onError}
        />
      )}
      {!controls && c.session.editing && media.address !== null && <div class="slot">Sound without controls</div>}
      <MediaState c={c} media={media} empty="No sound yet" />
    </div>
  );
}
