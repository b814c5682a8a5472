/** What the app and the service tell the person: notices that come and go, and the bar about the connection. */
import { signal } from "@preact/signals";
import { CircleAlert, CircleCheck, Info, TriangleAlert, WifiOff, X } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import type { Session } from "./session.ts";

export type Kind = "info" | "success" | "warning" | "error";

interface Notice {
  id: number;
  kind: Kind;
  title: string;
  text: string;
  link: string;
}

export const KIND_ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;

const SHOWN_MS = 6_000;
const MOST = 5;
const notices = signal<readonly Notice[]>([]);
let lastId = 0;

/** Show a notice; the same one again only begins its time anew. Errors stay until they are closed. `link`: a checked address. */
export function notify(kind: Kind, title: string, text = "", link = ""): void {
  const id = ++lastId;
  const others = notices.value.filter((each) => each.title !== title || each.text !== text || each.link !== link || each.kind !== kind);
  notices.value = [...others.slice(1 - MOST), { id, kind, title, text, link }];
}

const close = (id: number) => (notices.value = notices.value.filter((each) => each.id !== id));

export function Notices() {
  return (
    <div class="notices" role="log" aria-label="Notices" aria-relevant="additions">
      {notices.value.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice: { id, kind, title, text, link } }: { notice: Notice }) {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held || kind === "error") return;
    const timer = setTimeout(() => close(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <div class={`notice kind-${kind}`} role={kind === "error" ? "alert" : "status"} onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)}>
      <Icon icon={KIND_ICONS[kind]} />
      <div class="notice-words">
        <strong>{title || text}</strong>
        {title && text && <span>{text}</span>}
        {link && (
          <a href={link} target="_blank" rel="noopener noreferrer" onClick={() => close(id)}>
            {link}
          </a>
        )}
      </div>
      <button type="button" class="icon-button" aria-label="Close" onClick={() => close(id)}>
        <Icon icon={X} />
      </button>
    </div>
  );
}

// Shorter interruptions, such as a laptop's change of network, are not worth a word.
const PATIENCE_MS = 800;

/** Says what is the matter while events don't reach the app. */
export function LineBar({ session }: { session: Session }) {
  const line = session.connection.line.value;
  const app = session.connection.app.value;
  const words = { open: APP_WORDS[app], connecting: "", lost: LOST, replaced: REPLACED, outdated: OUTDATED, refused: REFUSED }[line];
  const patient = line === "lost" || app === "starting";
  const shown = useAfter(words !== "", patient ? PATIENCE_MS : 0);
  if (!shown || !words || !session.joined.value) return null;
  return (
    <div class="line-bar" role="status">
      <Icon icon={WifiOff} />
      <span>{words}</span>
      {(line === "replaced" || line === "outdated" || line === "refused") && (
        <button type="button" class="button secondary small" onClick={() => location.reload()}>
          Load again
        </button>
      )}
    </div>
  );
}

const LOST = "No connection. Trying again; what you typed stays.";
const REPLACED = "This page is open in another tab and goes on there.";
const OUTDATED = "This page is out of date.";
const REFUSED = "You are not allowed to go on here. Sign in, and load the page again.";
const APP_WORDS = {
  live: "",
  starting: "The app is starting again.",
  stopped: "The app is stopped.",
  failed: "The app can't be started.",
} as const;

/** `true` once `on` has been so for `delay` ms. */
export function useAfter(on: boolean, delay: number): boolean {
  const [reached, setReached] = useState(false);
  useEffect(() => {
    if (!on) return setReached(false);
    if (delay === 0) return setReached(true);
    const timer = setTimeout(() => setReached(true), delay);
    return () => clearTimeout(timer);
  }, [on, delay]);
  return on && reached;
}
