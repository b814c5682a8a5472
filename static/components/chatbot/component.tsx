/** A conversation. What draws it is loaded with the first one. */
import { Later, part } from "../../app/later.tsx";
import type { Props } from "../../app/page.tsx";

const chat = part(() => import("../../app/chat.tsx").then((module) => module.Chat));

export function render({ c }: Props) {
  const height = Math.max(200, c.number("height") ?? 480);
  return (
    <section {...c.root("chat")} style={{ height: `${height}px` }} aria-label={c.text("label").value || "Conversation"}>
      <Later part={chat} height={height - 2}>
        {(Chat) => <Chat c={c} />}
      </Later>
    </section>
  );
}
