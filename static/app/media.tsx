/** What film and sound have in common: where they come from, and what is said when they can't be played. */
import { useState } from "preact/hooks";
import type { Instance } from "./instance.ts";
import { baseAddress, safeMedia } from "./urls.ts";

export interface Media {
  /** `null`: there is none, or none that may be played. */
  address: string | null;
  /** Why nothing can be played; empty while nothing is wrong. */
  problem: string;
  onError: (event: Event) => void;
}

const WHY: Record<number, string> = {
  [MediaError.MEDIA_ERR_NETWORK]: "The connection was lost while it was loading.",
  [MediaError.MEDIA_ERR_DECODE]: "It is damaged, or of a kind that this browser can't play.",
  [MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED]: "It isn't there, or of a kind that this browser can't play.",
};

export function useMedia(c: Instance): Media {
  const src = c.text("src").value;
  const address = src === "" ? null : safeMedia(src, baseAddress(c.session.bootstrap.base));
  const [failed, fail] = useState({ address: "", why: "" });
  const unfit = src !== "" && address === null ? "This address can't be played." : "";
  return {
    address,
    problem: unfit || (address !== null && failed.address === address ? failed.why : ""),
    onError: ({ currentTarget }) => {
      const code = (currentTarget as HTMLMediaElement).error?.code;
      if (code !== MediaError.MEDIA_ERR_ABORTED) fail({ address: address ?? "", why: WHY[code ?? 0] ?? "It can't be played." });
    },
  };
}

/** What stands beside or instead of a player. */
export function MediaState({ c, media, empty }: { c: Instance; media: Media; empty: string }) {
  if (media.problem) {
    return (
      <p class="error" role="alert">
        {media.problem}
      </p>
    );
  }
  return media.address === null && c.session.editing ? <div class="slot">{empty}</div> : null;
}
