/** What stands above and below a grid: its name, search, and commands; how many rows there are. */
import { Download, Plus, Search } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../app/icon.tsx";

const TYPING_MS = 200;
const count = new Intl.NumberFormat(undefined);

interface ToolsProps {
  label: string;
  labelId: string;
  /** `null`: there is no such thing. */
  onSearch: ((search: string) => void) | null;
  onDownload: (() => void) | null;
  downloading: boolean;
  onAdd: (() => void) | null;
  adding: boolean;
  hidden: number;
  onShowAll(): void;
}

export function Tools({ label, labelId, onSearch, onDownload, downloading, onAdd, adding, hidden, onShowAll }: ToolsProps) {
  if (!label && !onSearch && !onDownload && !onAdd && hidden === 0) return null;
  return (
    <div class="table-head">
      {label && <span class="label" id={labelId}>{label}</span>}
      <div class="table-tools">
        {onSearch && <SearchBox label={label} onSearch={onSearch} />}
        {hidden > 0 && (
          <button type="button" class="button small quiet" onClick={onShowAll}>
            Show {hidden} hidden {hidden === 1 ? "column" : "columns"}
          </button>
        )}
        {onDownload && (
          <button type="button" class="button small secondary" aria-busy={downloading} disabled={downloading} onClick={onDownload}>
            <Icon icon={Download} />
            {downloading ? "Downloading…" : "Download"}
          </button>
        )}
        {onAdd && (
          <button type="button" class="button small secondary" aria-expanded={adding} aria-haspopup="dialog" onClick={onAdd}>
            <Icon icon={Plus} />
            Add row
          </button>
        )}
      </div>
    </div>
  );
}

function SearchBox({ label, onSearch }: { label: string; onSearch: (search: string) => void }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (text: string, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(text.trim().slice(0, 200)), ms);
  };
  return (
    <span class="table-search">
      <Icon icon={Search} />
      <input
        class="input"
        type="search"
        placeholder="Search"
        autocomplete="off"
        aria-label={label ? `Search ${label}` : "Search the table"}
        onInput={(event) => search(event.currentTarget.value, TYPING_MS)}
        onKeyDown={(event) => event.key === "Enter" && !event.isComposing && search(event.currentTarget.value, 0)}
      />
    </span>
  );
}

interface FootProps {
  found: number;
  total: number;
  selected: number;
  /** What was just done, for whoever doesn't see it. */
  said: string;
  filters: number;
  onClearFilters(): void;
}

export function Foot({ found, total, selected, said, filters, onClearFilters }: FootProps) {
  return (
    <div class="table-foot">
      <p class="help table-count" role="status">
        {found < total && `${count.format(found)} of `}
        {count.format(total)} {total === 1 ? "row" : "rows"}
        {selected > 0 && `, ${count.format(selected)} selected`}
        {said && ` · ${said}`}
      </p>
      {filters > 0 && (
        <button type="button" class="button small quiet" onClick={onClearFilters}>
          Clear {filters === 1 ? "the filter" : `${filters} filters`}
        </button>
      )}
    </div>
  );
}
