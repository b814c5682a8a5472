/** A conversation. What draws it is loaded with the first one. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Props } from "../../app/page.tsx";

let loaded: ComponentType<Props> | null = null;

export function render({ c }: Props) {
  const [, setReady] = useState(loaded !== null);
  useEffect(() => {
    if (loaded) return;
    void import("../../app/chat.tsx").then(({ Chat }) => {
      loaded = Chat;
      setReady(true);
    });
  }, []);
  const Chat = loaded;
  const height = `${Math.max(200, c.number("height") ?? 480)}px`;
  return (
    <section {...c.root("chat")} style={{ height }} aria-label={c.text("label").value || "Conversation"}>
      {Chat && <Chat c={c} />}
    </section>
  );
}
