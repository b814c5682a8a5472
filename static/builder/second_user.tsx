/** Beside the canvas: the same app as another person sees it, in a session of its own. Every click there acts. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { SECOND_USER } from "../app/second_user.ts";
import type { Api } from "./api.ts";
import { fit, frameStyle, ScaleNote, useSize, WidthButtons } from "./app_frame.tsx";
import { IconButton } from "./controls.tsx";
import { ICONS } from "./icons.tsx";
import { pressed } from "./keys.ts";
import { secondUser, secondWidth } from "./layout.ts";
import type { FromAgent, ToAgent } from "./protocol.ts";
import { ownSession, pageKey, secondSession, shortId } from "./store.ts";
import { reported } from "./toast.tsx";

const address = signal("");

export function SecondUser({ api, style }: { api: Api; style: string }) {
  const room = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const place = fit(secondWidth.value, useSize(room));

  useEffect(() => {
    let wanted = true;
    void reported(api.preview()).then((made) => wanted && made && (address.value = made.url));
    return () => {
      wanted = false;
      address.value = "";
      endSession(api);
    };
  }, []);
  useEffect(() => followFrame(() => frame.current?.contentWindow ?? null), []);

  return (
    <section class="region second-user" aria-label="Second user" style={style}>
      <header class="region-head second-head">
        <h2 class="region-title">Second user</h2>
        <span class="quiet mono">{secondSession.value}</span>
        <span class="spring" />
        <WidthButtons name="Width of the second user's page" width={secondWidth} />
        <IconButton icon={ICONS.restart} label="Begin anew" tip="End this session and begin with a new one" onClick={() => endSession(api)} />
        <IconButton icon={ICONS.x} label="Close the second user" tip="Close; the session ends" onClick={() => (secondUser.value = false)} />
      </header>
      <div class="canvas-room" ref={room}>
        {address.value && (
          <iframe
            ref={frame}
            name={SECOND_USER}
            class={secondWidth.value ? "framed" : ""}
            title="App of the second user"
            src={address.value}
            allow="camera; microphone; clipboard-write"
            onLoad={() => tell(frame.current?.contentWindow ?? null, { type: "connect" })}
            style={frameStyle(place)}
          />
        )}
        <ScaleNote wanted={secondWidth.value} scale={place.scale} />
      </div>
    </section>
  );
}

function tell(frame: Window | null, message: ToAgent): void {
  if (address.peek()) frame?.postMessage({ mainspring: 1, ...message }, new URL(address.peek(), location.href).origin);
}

/** The frame begins on the page that the canvas shows, and then goes its own way. */
function followFrame(frame: () => Window | null): () => void {
  let begun = "";
  const listen = (event: MessageEvent<FromAgent & { mainspring?: number }>): void => {
    const { data } = event;
    if (!address.peek() || event.source !== frame() || event.origin !== new URL(address.peek(), location.href).origin || data?.mainspring !== 1) return;
    if (data.type === "session" && data.id) {
      secondSession.value = shortId(data.id);
      if (begun !== data.id && pageKey.peek()) tell(frame(), { type: "page", key: pageKey.peek() });
      begun = data.id;
    } else if (data.type === "key" && (data.ctrl || data.meta || /^F\d+$/.test(data.key))) pressed(data, false);
  };
  window.addEventListener("message", listen);
  return () => window.removeEventListener("message", listen);
}

/** A page that is still there goes on with a new session. */
function endSession(api: Api): void {
  const id = secondSession.peek();
  secondSession.value = "";
  if (id && id !== ownSession.peek()) void reported(api.endSession(id));
}
