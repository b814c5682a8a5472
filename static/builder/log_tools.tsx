/** What stands above the log: search, filters, copy, download, clear, follow. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import { filterBy, filtered, LEVELS, logFilter, NO_FILTER, setFields, showAll, STREAMS, type FilterField } from "./log_filter.ts";
import { log, version } from "./log_store.ts";
import { appName } from "./store.ts";
import { copyOut } from "./toast.tsx";

export const following = signal(true);
export const filtersOpen = signal(false);
const downloadOpen = signal(false);

const LABELS: Record<FilterField, string> = { level: "Level", stream: "Source", session: "Session", event: "Event", handler: "Handler", component: "Component", call: "One event" };

export function LogTools() {
  const count = setFields.value.length;
  return (
    <>
      <label class="search">
        <Icon icon={ICONS.search} />
        <input
          type="search"
          aria-label="Search the log"
          placeholder="Search"
          value={logFilter.value.text}
          onFocus={() => log.prepareSearch()}
          onInput={(event) => filterBy({ text: event.currentTarget.value })}
          onKeyDown={(event) => event.key === "Escape" && filterBy({ text: "" })}
        />
        <Found />
      </label>
      <button type="button" class="button small log-filter-button" aria-expanded={filtersOpen.value} aria-controls="log-filters" data-tip="Source, level, session, event, handler, component" onClick={() => (filtersOpen.value = !filtersOpen.value)}>
        <Icon icon={ICONS.filter} />
        <span>Filters</span>
        {count > 0 && <span class="count">{count}</span>}
      </button>
      <span class="divider" />
      <IconButton icon={ICONS.copy} label="Copy the log" tip="Copy what is shown" onClick={() => copyOut(log.text(), "What the log shows is on the clipboard.")} />
      <Download />
      <IconButton icon={ICONS.eraser} label="Clear the log" onClick={() => log.clear()} />
      <IconButton icon={ICONS.follow} label="Follow" tip="Keep the newest line in view" pressed={following.value} onClick={() => (following.value = !following.value)} />
    </>
  );
}

/** How much of the log the search and the filters leave. */
function Found() {
  void version.value;
  if (!filtered.value) return null;
  return (
    <span class="log-found" role="status">
      {log.shown.toLocaleString("en")} of {log.lines.length.toLocaleString("en")}
    </span>
  );
}

function Download() {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!downloadOpen.value) return;
    const close = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !root.current?.contains(event.target as Node)) downloadOpen.value = false;
    };
    window.addEventListener("pointerdown", close);
    window.addEventListener("keydown", close);
    return () => {
      window.removeEventListener("pointerdown", close);
      window.removeEventListener("keydown", close);
    };
  }, [downloadOpen.value]);
  const item = (label: string, ending: string, type: string, text: () => string) => (
    <button
      type="button"
      role="menuitem"
      class="menu-item"
      onClick={() => {
        downloadOpen.value = false;
        saveAs(`${appName.peek().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-") || "app"}-log.${ending}`, type, text());
      }}
    >
      {label}
    </button>
  );
  return (
    <div class="chip-holder" ref={root}>
      <IconButton icon={ICONS.download} label="Download the log" tip="Download what is shown" pressed={downloadOpen.value} onClick={() => (downloadOpen.value = !downloadOpen.value)} />
      {downloadOpen.value && (
        <div class="popover file-list log-download" role="menu" aria-label="Download the log">
          {item("As text", "txt", "text/plain", () => log.text())}
          {item("As JSON lines", "jsonl", "application/x-ndjson", () => log.jsonLines())}
        </div>
      )}
    </div>
  );
}

function saveAs(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The filters' own panel, and what of them is set while it is shut. */
export function LogFilters() {
  const set = setFields.value;
  if (!filtersOpen.value && !set.length) return null;
  return (
    <div class="log-filters" id="log-filters" role="group" aria-label="Filters of the log">
      {filtersOpen.value ? <Selects /> : set.map((field) => <Chip key={field} field={field} />)}
      {set.length > 0 && (
        <button type="button" class="link" onClick={showAll}>
          Show all
        </button>
      )}
    </div>
  );
}

function Chip({ field }: { field: FilterField }) {
  const value = logFilter.value[field];
  return (
    <button type="button" class="log-chip" aria-label={`Remove the filter ${LABELS[field]} ${said(field, value)}`} onClick={() => filterBy({ [field]: "" })}>
      <span>{LABELS[field]}</span> {said(field, value)}
      <Icon icon={ICONS.x} />
    </button>
  );
}

function said(field: FilterField, value: string): string {
  if (field === "level") return LEVELS[value] ?? value;
  if (field === "stream") return STREAMS[value] ?? value;
  if (field === "session") return value.slice(0, 8);
  if (field === "call") return `${value.slice(0, 8)}, number ${value.slice(value.lastIndexOf("/") + 1)}`;
  return value;
}

function Selects() {
  void version.value;
  const filter = logFilter.value;
  const select = (field: Exclude<FilterField, "call">, values: readonly (readonly [string, string])[]) => {
    const known = values.some(([value]) => value === filter[field]) || filter[field] === "";
    return (
      <label key={field} class="log-field">
        <span>{LABELS[field]}</span>
        <select class="input select small-select" value={filter[field]} onChange={(event) => filterBy({ [field]: event.currentTarget.value })}>
          <option value="">All</option>
          {!known && <option value={filter[field]}>{said(field, filter[field])}</option>}
          {values.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
    );
  };
  const counted = (field: Parameters<typeof log.values>[0], as: FilterField) => log.values(field).slice(0, 200).map(([value, count]) => [value, `${said(as, value)} (${count.toLocaleString("en")})`] as const);
  return (
    <>
      {select("stream", counted("stream", "stream"))}
      {select("level", Object.entries(LEVELS))}
      {select("session", counted("session_id", "session"))}
      {select("event", counted("event", "event"))}
      {select("handler", counted("handler", "handler"))}
      {select("component", counted("component", "component"))}
      {filter.call !== NO_FILTER.call && <Chip field="call" />}
    </>
  );
}
