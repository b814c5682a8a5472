/** Files to choose or to drop, each with its way to the app. */
import { Check, CircleAlert, File as FileIcon, Upload, X } from "lucide";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { child } from "../../app/changes.ts";
import { asText } from "../../app/expressions.ts";
import { controlProps, Field } from "../../app/field.tsx";
import { Icon } from "../../app/icon.tsx";
import type { Props } from "../../app/page.tsx";
import type { Json } from "../../app/protocol.ts";
import { acceptedInWords, type Chosen, inWords, Selection, type Stage } from "../../app/uploads.ts";

const MEGABYTE = 1024 * 1024;

export function render({ c }: Props) {
  const { session } = c;
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const emit = (uploads: string[]) => {
    if (c.listens("wf-file-change", true)) void c.emit("wf-file-change", { uploads });
  };
  const selection = useMemo(() => new Selection(c.listens("wf-file-change", true) ? session.sendFile : async () => "unsent", emit), [c]);
  useEffect(() => () => selection.stop(), [selection]);
  const chosenHere = useRef(false);
  const held = heldFiles(c.bound.value);
  useEffect(() => {
    if (c.bound.value !== undefined && held.length === 0) selection.forget();
  }, [selection, held.length]);

  const most = Math.min((c.number("max_size") || Infinity) * MEGABYTE, session.bootstrap.upload_bytes);
  const accept = c.text("accept").value;
  const multiple = c.flag("multiple");
  const disabled = c.flag("disabled");
  const choose = (files: FileList | null | undefined) => {
    if (!files?.length || disabled) return;
    chosenHere.current = true;
    selection.choose([...files], { multiple, accept, most });
  };
  const list = selection.list.value;
  const control = controlProps(c);
  const hints = [acceptedInWords(accept), `up to ${inWords(most)}${multiple ? " each" : ""}`].filter(Boolean).join(", ");
  return (
    <Field c={c}>
      <div
        class={["drop-zone", over && "drop-over", disabled && "drop-off"].filter(Boolean).join(" ")}
        data-invalid={control["aria-invalid"] || undefined}
        onDragOver={(event) => {
          if (disabled || !event.dataTransfer?.types.includes("Files")) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
        }}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          choose(event.dataTransfer?.files);
        }}
      >
        <input
          {...control}
          ref={input}
          type="file"
          aria-label={c.text("label").value ? undefined : "File"}
          multiple={multiple}
          accept={accept || undefined}
          onChange={(event) => {
            choose(event.currentTarget.files);
            // The same file may be chosen again, after it was changed.
            event.currentTarget.value = "";
          }}
        />
        <Icon icon={Upload} />
        <div class="drop-words">
          <span>
            <strong>{multiple ? "Choose files" : "Choose a file"}</strong> or drop {multiple ? "them" : "it"} here
          </span>
          <span class="drop-hints">{hints}</span>
        </div>
      </div>
      {list.length > 0 && (
        <ul class="files" aria-label="Chosen files">
          {list.map((chosen) => (
            <FileRow key={chosen.id} {...chosen} disabled={disabled} remove={() => selection.remove(chosen.id)} />
          ))}
        </ul>
      )}
      {!chosenHere.current && held.length > 0 && (
        <>
          <ul class="files" aria-label="Chosen files">
            {held.map((file, i) => (
              <FileRow key={i} file={file} stage="sent" disabled={disabled} remove={held.length === 1 ? () => emit([]) : undefined} />
            ))}
          </ul>
          {held.length > 1 && (
            <button type="button" class="button secondary small" disabled={disabled} onClick={() => emit([])}>
              Remove all
            </button>
          )}
        </>
      )}
    </Field>
  );
}

interface NamedFile {
  name: string;
  size: number;
}

/** Files that state holds, such as those that were chosen before the page was loaded again. */
function heldFiles(value: Json | undefined): NamedFile[] {
  return (Array.isArray(value) ? value : []).map((file) => ({ name: asText(child(file, "name")), size: Number(child(file, "size") ?? 0) }));
}

const STAGE_ICONS = { waiting: FileIcon, sending: FileIcon, sent: Check, failed: CircleAlert } as const;

interface RowProps extends Partial<Pick<Chosen, "progress" | "words">> {
  file: NamedFile;
  stage: Stage;
  disabled: boolean;
  remove: (() => void) | undefined;
}

function FileRow({ file, stage, progress = 1, words = "", disabled, remove }: RowProps) {
  const onTheWay = stage === "waiting" || stage === "sending";
  return (
    <li class={`file file-${stage}`}>
      <Icon icon={STAGE_ICONS[stage]} />
      <div class="file-words">
        <span class="file-name" title={file.name}>
          {file.name}
        </span>
        <span class="file-size">
          {stage === "sending" && `${Math.floor(progress * 100)} % of `}
          {stage === "waiting" && "waiting, "}
          {inWords(file.size)}
        </span>
        {onTheWay && <progress max={1} value={progress} aria-label={`Uploading ${file.name}`} />}
        {stage === "failed" && (
          <span class="file-problem" role="alert">
            {words}
          </span>
        )}
      </div>
      {remove && (
        <button type="button" class="icon-button" aria-label={`${onTheWay ? "Cancel" : "Remove"} ${file.name}`} disabled={disabled} onClick={remove}>
          <Icon icon={X} />
        </button>
      )}
    </li>
  );
}
