/** Leads through a list page by page. */
import { ChevronLeft, ChevronRight } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.ts";
import { chosenOf } from "../../app/options.ts";
import { Icon } from "../../app/icon.tsx";
import type { Props } from "../../app/page.tsx";
import { SelectFrame } from "../../app/select_frame.tsx";

/** The numbers to show: the first, the last, and those around `page`; 0 is a gap. */
function shown(page: number, pages: number): number[] {
  const near = [1, page - 1, page, page + 1, pages].filter((each) => each >= 1 && each <= pages);
  return [...new Set(near)].flatMap((each, i, all) => (i > 0 && each - (all[i - 1] ?? 0) > 1 ? [0, each] : [each]));
}

export function render({ c }: Props) {
  const draft = useDraft(c, { change: "wf-change-page" });
  const given = c.number("page_size") ?? 10;
  const [size, setSize] = useState(given);
  // What the app says counts, once it says something else.
  useEffect(() => setSize(given), [given]);
  const pages = Math.max(1, Math.ceil((c.number("total") ?? 0) / Math.max(1, size)));
  const value = draft.value.value;
  const page = Math.max(1, Math.min(pages, typeof value === "number" ? Math.floor(value) : 1));
  const disabled = c.flag("disabled");
  const go = (number: number) => {
    draft.set(number);
    draft.finish();
  };
  const sizes = chosenOf(c.value("page_sizes").value).map(Number).filter((each) => each >= 1);
  return (
    <nav {...c.root("pagination")} aria-label={c.text("label").value || "Pages"}>
      <button type="button" aria-label="Previous page" disabled={disabled || page <= 1} onClick={() => go(page - 1)}>
        <Icon icon={ChevronLeft} />
      </button>
      {shown(page, pages).map((number, i) =>
        number ? (
          <button
            key={number}
            type="button"
            aria-label={`Page ${number}`}
            aria-current={number === page ? "page" : undefined}
            disabled={disabled}
            onClick={() => number !== page && go(number)}
          >
            {number}
          </button>
        ) : (
          <span key={`gap${i}`}>…</span>
        ),
      )}
      <button type="button" aria-label="Next page" disabled={disabled || page >= pages} onClick={() => go(page + 1)}>
        <Icon icon={ChevronRight} />
      </button>
      {sizes.length > 0 && (
        <SelectFrame>
          <select
            class="input"
            aria-label="Items a page"
            disabled={disabled}
            onChange={({ currentTarget }) => {
              setSize(Number(currentTarget.value));
              if (c.listens("wf-change-page-size")) void c.emit("wf-change-page-size", Number(currentTarget.value));
            }}
          >
            {[...new Set([...sizes, size])].sort((a, b) => a - b).map((each) => (
              <option key={each} value={each} selected={each === size}>
                {each} a page
              </option>
            ))}
          </select>
        </SelectFrame>
      )}
    </nav>
  );
}
