/** A conversation: its messages, and what follows the end of it while somebody is there. */
import { ArrowDown, MessagesSquare } from "lucide";
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ChatEntry } from "./chat_entry.tsx";
import { ChatMessage, isShown, Typing, useMessage } from "./chat_message.tsx";
import { useDerived } from "./hooks.ts";
import { Icon } from "./icon.tsx";
import type { Instance } from "./instance.ts";
import type { Props } from "./page.tsx";
import type { Json } from "./protocol.ts";
import { rowKeys } from "./scope.ts";
import { useSource } from "./use_source.ts";

// Who is so near to the end is at the end.
const NEAR_PX = 32;

export function Chat({ c }: Props) {
  const from = useSource(c, "conversation");
  const keys = useDerived(() => rowKeys(from, c.session.store), [from, c]).value;
  const running = useMemo(() => signal(0), [c]);
  const end = useEnd();
  const emit = async (event: string, payload: Json) => {
    end.follow();
    running.value++;
    try {
      return await c.emit(event, payload);
    } finally {
      running.value--;
    }
  };
  const busy = running.value > 0;
  return (
    <>
      <div class="chat-scroll" ref={end.scroller} tabIndex={0} role="group" aria-label="Messages" onScroll={end.look}>
        <div class="chat-list" ref={end.list} role="log" aria-busy={busy}>
          {keys.length === 0 && (
            <div class="chat-empty">
              <Icon icon={MessagesSquare} />
              <p>{c.text("empty_text")}</p>
            </div>
          )}
          {keys.map((key, i) => (
            <ChatMessage key={key} c={c} from={from} place={key} isLast={i === keys.length - 1} busy={busy} act={(action) => void emit("wf-chatbot-action-click", action)} />
          ))}
          {busy && <Waiting c={c} from={from} last={keys.at(-1)} />}
        </div>
      </div>
      {!end.isHere && (
        <button type="button" class="chat-to-end" aria-label="Go to the last message" onClick={end.follow}>
          <Icon icon={ArrowDown} />
        </button>
      )}
      <ChatEntry c={c} busy={busy} send={(payload) => emit("wf-chatbot-message", payload)} />
    </>
  );
}

/** Stands there until the answer begins. */
function Waiting({ c, from, last }: { c: Instance; from: Parameters<typeof useMessage>[1]; last: string | undefined }) {
  const message = useMessage(c, from, last ?? "");
  const answering = useDerived(() => isShown(message.role.value) && message.role.value !== "user" && message.content.value !== "", [message]).value;
  return answering ? null : <Typing c={c} />;
}

/** Keeps the end in view while the person is there, whatever grows. */
function useEnd() {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const here = useRef(true);
  const top = useRef(0);
  const [isHere, setIsHere] = useState(true);
  const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: "instant" });
  const settle = (now: boolean) => {
    here.current = now;
    setIsHere(now);
  };
  useEffect(() => {
    if (!list.current || !scroller.current) return;
    const sizes = new ResizeObserver(() => here.current && toEnd());
    sizes.observe(list.current);
    sizes.observe(scroller.current);
    return () => sizes.disconnect();
  }, []);
  return {
    scroller,
    list,
    isHere,
    look: () => {
      const element = scroller.current;
      if (!element) return;
      const { scrollTop, scrollHeight, clientHeight } = element;
      // The end may have moved on since: only who goes up has left it.
      if (scrollHeight - scrollTop - clientHeight < NEAR_PX) settle(true);
      else if (scrollTop < top.current) settle(false);
      top.current = scrollTop;
    },
    follow: () => {
      settle(true);
      toEnd();
    },
  };
}
