/** Controls of fields that most components don't have, loaded when the first of them is shown. */
import { useEffect, useRef, useState } from "preact/hooks";
import { namedIcon } from "../app/named_icon.ts";
import { asText, isExpression, TextControl, useDraft } from "./fields.tsx";
import { ListRows, PairRows } from "./field_rows.tsx";
import { IconButton } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import { jsonProblem } from "./json_problem.ts";
import type { Json } from "./protocol.ts";
import { files } from "./store.ts";
import { toastError } from "./toast.tsx";

export { PairRows };

interface Props {
  id: string;
  title: string;
  value: Json;
  onChange(value: Json): unknown;
}

/** Rows where the entries are texts and numbers; a list of anything else is JSON. */
export function ListField(props: Props) {
  const plain = !Array.isArray(props.value) || props.value.every((each) => typeof each === "string" || typeof each === "number");
  return plain ? <ListRows {...props} /> : <JsonField {...props} />;
}

const isPending = (text: string): boolean => text.trim() === "" || text.includes("@{") || jsonProblem(text) === null;

/** JSON as text; what is wrong with it is said with its place, and leads there. */
export function JsonField({ id, title, value, onChange }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const shown = value === null ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const draft = useDraft(shown, (text) => onChange(text.trim() === "" ? null : jsonProblem(text) ? text : (JSON.parse(text) as Json)), isPending);
  const problem = draft.invalid ? jsonProblem(draft.text) : null;
  const go = (): void => {
    field.current?.focus();
    if (problem) field.current?.setSelectionRange(problem.at, Math.min(draft.text.length, problem.at + 1));
  };
  return (
    <div class="control-stack json-field">
      <textarea
        ref={field}
        id={id}
        class="input mono"
        aria-label={title}
        aria-invalid={draft.invalid}
        aria-describedby={problem ? `${id}-problem` : undefined}
        // As high as it was, whatever is typed: what is clicked next stays where it is. A person may enlarge it.
        rows={6}
        value={draft.text}
        placeholder={'{"key": "value"}'}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => draft.type(event.currentTarget.value)}
        onBlur={() => problem || draft.end()}
      />
      {problem && (
        <p class="field-problem" id={`${id}-problem`} role="status">
          <button type="button" class="link mono" onClick={go}>
            Line {problem.line}, column {problem.column}
          </button>
          : {problem.message}. Not saved until it is JSON.
        </p>
      )}
    </div>
  );
}

const UNITS = ["px", "%", "rem", "em", "vw", "vh", "ch"];
/** What a unit begins with, where there is no number yet. */
const FIRST: Readonly<Record<string, number>> = { px: 320, "%": 100, vw: 100, vh: 100 };
const SIZE = /^\s*(-?(?:\d+\.?\d*|\.\d+))\s*(px|%|rem|em|vw|vh|ch)?\s*$/;

/** A number and its unit; sums and expressions are texts. One draft, so that the unit goes with what was just typed. */
export function SizeField({ id, title, value, onChange }: Props) {
  const draft = useDraft(asText(value), (text) => onChange(text.trim() === "" ? null : /^[\d.\s-]+$/.test(text) ? `${text.trim()}px` : text.trim()));
  const [free, setFree] = useState(false);
  const match = SIZE.exec(draft.text);
  const plain = match !== null || draft.text === "" || draft.text === "auto";
  const unit = free || !plain ? "text" : match ? (match[2] ?? "px") : "auto";
  const type = (next: string): void => draft.type(unit !== "text" && /^[\d.\s-]*\d\.?\s*$/.test(next) ? `${next.trim()}${unit === "auto" ? "px" : unit}` : next);
  const choose = (next: string): void => {
    setFree(next === "text");
    if (next === "text") return;
    draft.type(next === "auto" ? "" : `${match?.[1] ?? FIRST[next] ?? 20}${next}`);
    draft.end();
  };
  return (
    <>
      <input
        id={id}
        class={`input ${unit === "text" ? "mono" : ""}`}
        type="text"
        value={unit === "text" ? draft.text : (match?.[1] ?? "")}
        placeholder={unit === "text" ? "calc(100% - 32px)" : "auto"}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && draft.end()}
        onBlur={draft.end}
      />
      <select class="input select unit" aria-label={`Unit of ${title}`} value={unit} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="auto">auto</option>
        {UNITS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
        <option value="text">as text</option>
      </select>
    </>
  );
}

const PICTURE = /\.(png|jpe?g|gif|webp|avif|svg)$/i;

/** An address, or a picture of the app's own, completed from those that there are. */
export function ImageField({ id, value, onChange }: Props) {
  const pictures = files.value.map(({ path }) => path).filter((path) => path.startsWith("assets/") && PICTURE.test(path));
  return (
    <>
      <TextControl id={id} value={asText(value)} placeholder={pictures[0] ?? "assets/picture.png"} list={`${id}-pictures`} onChange={onChange} />
      <datalist id={`${id}-pictures`}>
        {pictures.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
    </>
  );
}

const SHOWN_AT_MOST = 60;
/** What is shown before anything is searched for. */
const COMMON =
  "star check x plus minus search settings user users house mail phone calendar clock bell heart bookmark download upload trash-2 pencil save copy file-text folder image camera map-pin globe lock key shield info circle-help triangle-alert circle-check arrow-right arrow-left chevron-down refresh-cw play pause chart-column chart-line table list funnel shopping-cart credit-card truck rocket zap sun moon message-circle send link tag bike".split(" ");

/** An icon by its name, or out of all of them. */
export function IconField({ id, title, value, onChange }: Props) {
  const name = asText(value);
  const [open, setOpen] = useState(false);
  const shown = name === "" || isExpression(name) ? null : namedIcon(name).value;
  return (
    <div class="control-stack icon-field">
      <div class="control-row">
        {shown && <Icon icon={shown} />}
        <TextControl id={id} value={name} placeholder="star" onChange={onChange} />
        <IconButton icon={ICONS.search} label={`Choose ${title}`} tip="All icons" class="quiet-button" pressed={open} onClick={() => setOpen(!open)} />
      </div>
      {open && (
        <IconChoice
          title={title}
          chosen={name}
          choose={(next) => {
            void onChange(next);
            setOpen(false);
            document.getElementById(id)?.focus();
          }}
          close={() => {
            setOpen(false);
            document.getElementById(id)?.focus();
          }}
        />
      )}
    </div>
  );
}

function IconChoice({ title, chosen, choose, close }: { title: string; chosen: string; choose(name: string): void; close(): void }) {
  const [names, setNames] = useState<readonly string[]>([]);
  const [wanted, setWanted] = useState("");
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    let there = true;
    search.current?.focus();
    import("icons:names").then((loaded) => there && setNames(loaded.names), toastError);
    return () => {
      there = false;
    };
  }, []);
  const words = wanted.toLowerCase().split(/[\s-]+/).filter(Boolean);
  const found = words.length ? names.filter((name) => words.every((word) => name.includes(word))) : COMMON.filter((name) => names.includes(name));
  return (
    <div class="icon-choice" role="group" aria-label={`Icons for ${title}`} onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), close())}>
      <input ref={search} class="input" type="search" aria-label="Search icons" placeholder={`Search ${names.length || ""} icons`} value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} onKeyDown={(event) => event.key === "Enter" && found[0] && choose(found[0])} />
      <div class="icon-grid">
        {found.slice(0, SHOWN_AT_MOST).map((name) => (
          <IconCell key={name} name={name} chosen={name === chosen} choose={() => choose(name)} />
        ))}
      </div>
      {names.length > 0 && found.length === 0 && <p class="quiet">No icon is called so. Try another word, such as “arrow”.</p>}
      {found.length > SHOWN_AT_MOST && <p class="quiet">{found.length - SHOWN_AT_MOST} more; another word finds them.</p>}
    </div>
  );
}

function IconCell({ name, chosen, choose }: { name: string; chosen: boolean; choose(): void }) {
  const icon = namedIcon(name).value;
  return (
    <button type="button" class="icon-button" aria-label={name} data-tip={name} aria-pressed={chosen} onClick={choose}>
      {icon && <Icon icon={icon} />}
    </button>
  );
}
