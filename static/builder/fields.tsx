/** One control for each field type of the catalogue. What is typed is sent after a pause, and before any other edit. */
import { useEffect, useRef, useState } from "preact/hooks";
import { part } from "../app/later.tsx";
import { nameOf, pathTo, walk } from "./changes.ts";
import { awaiting } from "./edits.ts";
import { LaterView } from "./later.tsx";
import { usePathCompletion } from "./path_completion.tsx";
import type { FieldSpec, Json, StatePlace } from "./protocol.ts";
import { catalogue, pages, selected } from "./store.ts";

const fieldViews = part(() => import("./field_views.tsx"));

const PAUSE_MS = 250;

export interface FieldProps {
  id: string;
  spec: FieldSpec;
  value: Json;
  /** `null` goes back to the default. */
  onChange(value: Json): unknown;
}

/**
 * Text that follows `value` unless it is being edited here. `send` is called after a pause and at the end; until it
 * has been answered the text stays as it was typed, so that it doesn't jump back for a moment.
 */
export function useDraft(value: string, send: (text: string) => unknown, accepts: (text: string) => boolean = () => true) {
  const [draft, setDraft] = useState<string | null>(null);
  const waiting = useRef<{ text: string; timer: number; done: () => void } | null>(null);
  const sent = useRef<Promise<unknown>>(Promise.resolve());
  const editing = useRef(false);
  const latest = useRef({ send, accepts });
  latest.current = { send, accepts };
  const flush = (): void => {
    const now = waiting.current;
    if (!now) return;
    clearTimeout(now.timer);
    waiting.current = null;
    now.done();
    if (latest.current.accepts(now.text)) sent.current = Promise.resolve(latest.current.send(now.text));
  };
  // The form closes, for another component perhaps: what was typed goes to the one it was typed for.
  useEffect(() => flush, []);
  return {
    text: draft ?? value,
    invalid: draft !== null && !accepts(draft),
    type(text: string) {
      editing.current = true;
      setDraft(text);
      if (waiting.current) {
        clearTimeout(waiting.current.timer);
        waiting.current.done();
      }
      waiting.current = { text, timer: window.setTimeout(flush, PAUSE_MS), done: awaiting(flush) };
    },
    end() {
      editing.current = false;
      flush();
      void sent.current.then(() => {
        if (!editing.current && !waiting.current) setDraft(null);
      });
    },
  };
}

export const isExpression = (value: Json): value is string => typeof value === "string" && value.includes("@{");

export function asText(value: Json): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.join("\n");
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}

interface TextProps {
  id: string;
  value: string;
  onChange: (text: string) => unknown;
  multiline?: boolean;
  mono?: boolean;
  placeholder?: string;
  list?: string;
  accepts?: (text: string) => boolean;
  label?: string;
  /** The whole text is a path of state; elsewhere paths stand in `@{…}`. */
  path?: boolean;
  /** Names that can be used in `@{…}` here beside those of the state. */
  names?: readonly StatePlace[];
}

export function TextControl(props: TextProps) {
  const draft = useDraft(props.value, props.onChange, props.accepts);
  const paths = usePathCompletion(props.id, draft.type, props.path, props.names);
  const shared = {
    id: props.id,
    "aria-label": props.label,
    class: `input ${props.mono || props.path || draft.text.includes("@{") ? "mono" : ""}`,
    value: draft.text,
    placeholder: props.placeholder,
    "aria-invalid": draft.invalid,
    spellcheck: false,
    autocomplete: "off",
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
      draft.type(event.currentTarget.value);
      paths.look(event.currentTarget);
    },
    onBlur: () => {
      paths.close();
      draft.end();
    },
  };
  if (props.multiline) {
    const lines = Math.min(12, Math.max(2, draft.text.split("\n").length));
    return (
      <>
        <textarea {...shared} rows={lines} onKeyDown={(event) => void paths.key(event)} />
        {paths.list}
      </>
    );
  }
  return (
    <>
      <input
        {...shared}
        {...(paths.list ? paths.aria : {})}
        type="text"
        list={props.list}
        onKeyDown={(event) => {
          if (!paths.key(event) && event.key === "Enter") draft.end();
        }}
      />
      {paths.list}
    </>
  );
}

/** Types whose control is a text anyway: an expression needs no other one. */
export const isTexty = (type: string): boolean => ["text", "multiline", "size", "icon", "image", "state_path"].includes(type);

/** The control for a field; for an expression a text takes the place of whatever its type has. */
export function FieldControl(props: FieldProps & { asExpression: boolean }) {
  const { id, value, onChange, asExpression } = props;
  return (
    <div class="control-row">
      {asExpression ? (
        <TextControl id={id} value={isExpression(value) ? value : ""} mono placeholder="@{…}" accepts={(text) => text === "" || text.includes("@{")} onChange={(text) => onChange(text === "" ? null : text)} />
      ) : (
        <PlainControl {...props} />
      )}
    </div>
  );
}

function PlainControl({ id, spec, value, onChange }: FieldProps) {
  const props = { id, title: spec.title, value, onChange };
  switch (spec.type) {
    case "multiline":
      return <TextControl id={id} value={asText(value)} multiline onChange={onChange} />;
    case "number":
      return (
        <TextControl
          id={id}
          value={asText(value)}
          placeholder={spec.default === null ? "" : String(spec.default)}
          accepts={(text) => text.trim() === "" || text.includes("@{") || Number.isFinite(Number(text))}
          onChange={(text) => onChange(text.trim() === "" ? null : text.includes("@{") ? text : clamp(Number(text), spec))}
        />
      );
    case "boolean":
      return (
        <button id={id} type="button" role="switch" class="switch" aria-checked={value === true} onClick={() => onChange(value !== true)}>
          <span />
        </button>
      );
    case "option":
      return (
        <select id={id} class="input select" value={asText(value)} onChange={(event) => onChange(event.currentTarget.value)}>
          {Object.entries(spec.options ?? {}).map(([key, label]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      );
    case "page":
      return (
        <select id={id} class="input select" value={asText(value)} onChange={(event) => onChange(event.currentTarget.value || null)}>
          <option value="">None</option>
          {pages.value.map(({ key }) => (
            <option key={key} value={key}>
              {key}
            </option>
          ))}
        </select>
      );
    case "component":
      return <ComponentPicker id={id} value={asText(value)} onChange={onChange} />;
    case "colour":
      return (
        <>
          <input
            type="color"
            class="swatch"
            aria-label={`${spec.title}, colour picker`}
            value={/^#[0-9a-f]{6}$/i.test(asText(value)) ? asText(value) : "#888888"}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
          <TextControl id={id} value={asText(value)} mono placeholder="#3651d4" onChange={(text) => onChange(text || null)} />
        </>
      );
    case "key_value":
      return <LaterView part={fieldViews}>{(views) => <views.PairRows {...props} />}</LaterView>;
    case "list":
      return <LaterView part={fieldViews}>{(views) => <views.ListField {...props} />}</LaterView>;
    case "json":
      return <LaterView part={fieldViews}>{(views) => <views.JsonField {...props} />}</LaterView>;
    case "size":
      return <LaterView part={fieldViews}>{(views) => <views.SizeField {...props} />}</LaterView>;
    case "icon":
      return <LaterView part={fieldViews}>{(views) => <views.IconField {...props} />}</LaterView>;
    case "image":
      return <LaterView part={fieldViews}>{(views) => <views.ImageField {...props} />}</LaterView>;
    case "state_path":
      return <TextControl id={id} value={asText(value)} mono placeholder="name.of.state" onChange={(text) => onChange(text || null)} />;
    default:
      return <TextControl id={id} value={asText(value)} onChange={onChange} />;
  }
}

function clamp(value: number, spec: FieldSpec): number {
  return Math.min(spec.max ?? Infinity, Math.max(spec.min ?? -Infinity, value));
}

/** The app's components, by page; without the selected one and those around it, which would show themselves. */
function ComponentPicker({ id, value, onChange }: { id: string; value: string; onChange: (value: Json) => unknown }) {
  const around = new Set(pages.value.flatMap(({ page }) => (selected.value ? pathTo(page, selected.value) : [])));
  const groups = pages.value.map(({ key, page }) => ({ key, page, components: [...walk(page)].filter((each) => each !== page && !around.has(each.id)) }));
  const known = groups.some(({ components }) => components.some((each) => each.id === value));
  return (
    <select id={id} class="input select" value={value} onChange={(event) => onChange(event.currentTarget.value || null)}>
      <option value="">None</option>
      {value !== "" && !known && <option value={value}>{value} (not there)</option>}
      {groups.map(({ key, page, components }) => (
        <optgroup key={key} label={`Page ${key}`}>
          {components.map((each) => (
            <option key={each.id} value={each.id}>
              {each.id} · {nameOf(page, each, catalogue.value)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
