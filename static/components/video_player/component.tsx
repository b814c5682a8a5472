/** A film in the browser's own player. */
import { MediaState, useMedia } from "../../app/media.tsx";
import type { Props } from "../../app/page.tsx";
import { baseAddress, ownAddress, safeImage } from "../../app/urls.ts";

export function render({ c }: Props) {
  const media = useMedia(c);
  const label = c.text("label").value;
  const base = c.session.bootstrap.base;
  const poster = c.text("poster").value;
  const captions = c.text("captions").value;
  const track = captions && ownAddress(captions, base);
  const width = c.number("max_width");
  if (media.address === null && !media.problem && !c.session.editing) return null;
  return (
    <div {...c.root("viewer", "video")} style={width === null ? undefined : { maxWidth: `${width}px` }}>
      {label && <span class="label">{label}</span>}
      {media.address !== null && (
        <video
          src={media.address}
          poster={(poster && safeImage(poster, baseAddress(base))) || undefined}
          aria-label={label || "Film"}
          controls={c.flag("controls")}
          autoplay={c.flag("autoplay")}
          muted={c.flag("muted") || c.flag("autoplay")}
          loop={c.flag("loop")}
          playsInline
          preload="metadata"
          onError={media.onError}
        >
          {track && <track kind="captions" src={track} label="Captions" default />}
        </video>
      )}
      <MediaState c={c} media={media} empty="No film yet" />
    </div>
  );
}
