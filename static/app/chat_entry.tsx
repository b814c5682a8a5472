/** Where the next message is written: Enter sends it, Shift+Enter breaks the line; files may go with it. */
import { ArrowUp, Paperclip, X } from "lucide";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import type { Instance } from "./instance.ts";
import type { Outcome } from "./outbox.ts";
import type { Json } from "./protocol.ts";
import { type Chosen, inWords, Selection } from "./uploads.ts";

const MEGABYTE = 1024 * 1024;
// A text that is higher scrolls.
const HIGHEST_PX = 160;

interface EntryProps {
  c: Instance;
  /** A handler still answers the message before. */
  busy: boolean;
  send(payload: Json): Promise<Outcome>;
}

export function ChatEntry({ c, busy, send }: EntryProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const uploads = useRef<string[]>([]);
  const [text, setText] = useState("");
  const [over, setOver] = useState(false);
  const selection = useMemo(() => new Selection(c.session.sendFile, (ids) => (uploads.current = ids)), [c]);
  useEffect(() => () => selection.stop(), [selection]);

  const files = selection.list.value;
  const takesFiles = c.flag("allow_files");
  const disabled = c.flag("disabled");
  const heard = c.listens("wf-chatbot-message");
  const onTheWay = files.some(({ stage }) => stage === "waiting" || stage === "sending");
  const hasFiles = files.some(({ stage }) => stage === "sent");
  const ready = heard && !disabled && !busy && !onTheWay && (text.trim() !== "" || hasFiles);
  const rules = { multiple: true, accept: c.text("accept").value, most: Math.min((c.number("max_size") || Infinity) * MEGABYTE, c.session.bootstrap.upload_bytes) };

  const choose = (more: FileList | null | undefined) => {
    if (more?.length && takesFiles && !disabled) selection.choose([...files.filter(({ stage }) => stage !== "failed").map(({ file }) => file), ...more], rules);
  };
  const write = (now: string) => {
    setText(now);
    const element = input.current;
    if (!element) return;
    element.value = now;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + element.offsetHeight - element.clientHeight, HIGHEST_PX)}px`;
  };
  const submit = async () => {
    if (!ready) return;
    const sent = selection.list.peek().flatMap(({ file, stage }) => (stage === "sent" ? [file] : []));
    const payload = { role: "user", content: text.trim(), uploads: uploads.current };
    uploads.current = [];
    selection.choose([], rules);
    write("");
    const { status } = await send(payload);
    // What nobody has read is not lost: it stands where it was written, if nothing else does.
    if ((status === "refused" || status === "lost") && input.current?.value === "") {
      write(text);
      if (sent.length) selection.choose(sent, rules);
    }
  };
  return (
    <form
      class={over ? "chat-entry drop-over" : "chat-entry"}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onDragOver={(event) => {
        if (!takesFiles || disabled || !event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!takesFiles) return;
        event.preventDefault();
        choose(event.dataTransfer?.files);
      }}
    >
      {files.length > 0 && (
        <ul class="chat-chosen" aria-label="Files to send">
          {files.map((chosen) => (
            <ChosenFile key={chosen.id} chosen={chosen} remove={() => selection.remove(chosen.id)} />
          ))}
        </ul>
      )}
      <div class="chat-line">
        {takesFiles && (
          <>
            <input
              ref={chooser}
              type="file"
              class="visually-hidden"
              tabIndex={-1}
              aria-label="Files for the message"
              multiple
              accept={rules.accept || undefined}
              disabled={disabled}
              onChange={(event) => {
                choose(event.currentTarget.files);
                event.currentTarget.value = "";
              }}
            />
            <button type="button" class="chat-tool" aria-label="Add files" disabled={disabled} onClick={() => chooser.current?.click()}>
              <Icon icon={Paperclip} />
            </button>
          </>
        )}
        <textarea
          ref={input}
          rows={1}
          aria-label={c.text("placeholder").value || "Message"}
          placeholder={c.text("placeholder")}
          disabled={disabled}
          onInput={(event) => write(event.currentTarget.value)}
          onPaste={(event) => {
            if (takesFiles && event.clipboardData?.files.length) {
              event.preventDefault();
              choose(event.clipboardData.files);
            }
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void submit();
          }}
        />
        <button type="submit" class="chat-send" aria-label="Send" disabled={!ready}>
          {busy ? <span class="spinner" /> : <Icon icon={ArrowUp} />}
        </button>
      </div>
      {!heard && c.session.editing && <p class="help">Nothing answers yet: link wf-chatbot-message to a handler.</p>}
    </form>
  );
}

function ChosenFile({ chosen: { file, stage, progress, words }, remove }: { chosen: Chosen; remove(): void }) {
  return (
    <li class={`chat-file chat-file-${stage}`}>
      <span class="chat-file-name">{file.name}</span>
      <span class="chat-file-size">{stage === "sending" ? `${Math.floor(progress * 100)} %` : inWords(file.size)}</span>
      {words && (
        <span class="chat-file-problem" role="alert">
          {words}
        </span>
      )}
      <button type="button" class="icon-button" aria-label={`Remove ${file.name}`} onClick={remove}>
        <Icon icon={X} />
      </button>
    </li>
  );
}
