/** One message: who says it, what, with which files, and what may be done about it. */
import { Bot, File as FileIcon, User } from "lucide";
import { effect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { child } from "./changes.ts";
import { CopyButton } from "./copy_button.tsx";
import { asText } from "./expressions.ts";
import { useDerived } from "./hooks.ts";
import { Icon } from "./icon.tsx";
import type { Instance } from "./instance.ts";
import { optionsOf } from "./options.ts";
import type { Json } from "./protocol.ts";
import type { Source } from "./scope.ts";
import { inWords } from "./uploads.ts";
import { baseAddress, ownAddress, safeImage } from "./urls.ts";

export interface Message {
  role: ReadonlySignal<string>;
  content: ReadonlySignal<string>;
  files: ReadonlySignal<readonly Json[]>;
  actions: ReadonlySignal<readonly (readonly [key: string, label: string])[]>;
}

/** The parts of a message as signals: a word more concerns the reader of `content` only. */
export function useMessage(c: Instance, from: Source, place: string): Message {
  const part = (name: string): Json | undefined => {
    if (!("path" in from)) return child(child(from.value, place), name);
    const path = [...from.path, place, name];
    return c.session.store.read(path);
  };
  return {
    role: useDerived(() => asText(part("role")), [c, from, place]),
    content: useDerived(() => asText(part("content")), [c, from, place]),
    files: useDerived(() => listed(part("files")), [c, from, place]),
    actions: useDerived(() => optionsOf(part("actions") ?? null), [c, from, place]),
  };
}

function listed(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value.slice() : [];
}

/** Instructions and the calls of tools stand in a conversation too; they are not for its reader. */
export function isShown(role: string): boolean {
  return role === "user" || role === "assistant";
}

interface MessageProps {
  c: Instance;
  from: Source;
  place: string;
  isLast: boolean;
  busy: boolean;
  act(action: string): void;
}

export function ChatMessage({ c, from, place, isLast, busy, act }: MessageProps) {
  const message = useMessage(c, from, place);
  const role = message.role.value;
  const isEmpty = useDerived(() => message.content.value === "" && message.files.value.length === 0, [message.content, message.files]).value;
  const actions = message.actions.value;
  if (!isShown(role) || (isEmpty && actions.length === 0)) return null;
  const own = role === "user";
  const name = c.text(own ? "user_name" : "assistant_name").value;
  const canAct = c.listens("wf-chatbot-action-click") && !c.flag("disabled") && !busy;
  return (
    <article class={`chat-message chat-${role}`} aria-label={name || role}>
      <Avatar c={c} own={own} />
      <div class="chat-body">
        <div class="chat-name">{name}</div>
        {own || !c.flag("use_markdown") ? <p class="chat-plain">{message.content}</p> : <Content content={message.content} />}
        <Files c={c} files={message.files.value} />
        {!own && !isEmpty && !(busy && isLast) && <div class="chat-tools"><CopyButton label="Copy the message" text={() => message.content.peek()} /></div>}
        {actions.length > 0 && (
          <div class="chat-actions" role="group" aria-label="Actions">
            {actions.map(([key, label]) => (
              <button key={key} type="button" class="chat-action" disabled={!canAct} onClick={() => act(key)}>
                {label}
              </button>
            ))}
          </div>
        )}
      </div>
    </article>
  );
}

export function Typing({ c }: { c: Instance }) {
  return (
    <div class="chat-message chat-assistant">
      <Avatar c={c} own={false} />
      <div class="chat-body">
        <div class="chat-name">{c.text("assistant_name")}</div>
        <div class="chat-typing" role="status">
          <span class="visually-hidden">An answer is on its way</span>
          <i />
          <i />
          <i />
        </div>
      </div>
    </div>
  );
}

function Avatar({ c, own }: { c: Instance; own: boolean }) {
  const src = c.text(own ? "user_avatar" : "assistant_avatar").value;
  const address = src && safeImage(src, baseAddress(c.session.bootstrap.base));
  return (
    <span class="chat-avatar" aria-hidden="true">
      {address ? <img src={address} alt="" decoding="async" /> : <Icon icon={own ? User : Bot} />}
    </span>
  );
}

/** Markdown, drawn at most once a frame, however many words come in one. */
function Content({ content }: { content: ReadonlySignal<string> }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let frame = 0;
    let over = false;
    let show: ((text: string) => void) | null = null;
    const draw = () => {
      frame = 0;
      const text = content.peek();
      if (show) show(text);
      else element.textContent = text;
    };
    const stop = effect(() => {
      content.value;
      frame ||= requestAnimationFrame(draw);
    });
    // Until it is there, and where it doesn't come, the message is read as it was written.
    import("./chat_markdown.ts").then(({ openMarkdown }) => {
      if (over) return;
      element.textContent = "";
      element.classList.remove("chat-plain");
      show = openMarkdown(element);
      draw();
    }, console.error);
    return () => {
      over = true;
      cancelAnimationFrame(frame);
      stop();
    };
  }, [content]);
  return <div class="markdown chat-markdown chat-plain" ref={place} />;
}

function Files({ c, files }: { c: Instance; files: readonly Json[] }) {
  if (files.length === 0) return null;
  return (
    <ul class="chat-files" aria-label="Files">
      {files.map((file, i) => (
        <FileItem key={i} c={c} file={file} />
      ))}
    </ul>
  );
}

/** What bytes in state have become can be downloaded; of what was uploaded only the name comes back. */
function FileItem({ c, file }: { c: Instance; file: Json }) {
  const name = asText(child(file, "name")) || "file";
  const size = child(file, "size");
  const data = child(file, "data");
  const address = typeof data === "string" && data ? ownAddress(data, c.session.bootstrap.base) : null;
  const isPicture = address !== null && asText(child(file, "type")).startsWith("image/");
  const words = (
    <>
      {isPicture ? <img src={address} alt="" decoding="async" /> : <Icon icon={FileIcon} />}
      <span class="chat-file-name">{name}</span>
      {typeof size === "number" && <span class="chat-file-size">{inWords(size)}</span>}
    </>
  );
  return (
    <li>
      {address ? (
        <a class="chat-file" href={address} download={name}>
          {words}
        </a>
      ) : (
        <span class="chat-file">{words}</span>
      )}
    </li>
  );
}
