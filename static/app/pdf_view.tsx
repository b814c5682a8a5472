/** A PDF with its pages below each other. Only those in view are drawn, so a long one opens as soon as a short one. */
import { ChevronDown, ChevronUp, Download, Minus, Plus, Search, UnfoldHorizontal } from "lucide";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { PdfDocument } from "./pdf_document.ts";
import { PdfPage } from "./pdf_page.tsx";
import { type Found, GAP, pageAt, pageTops, placesOf, type Size } from "./pdf_pages.ts";

const ZOOMS = [0.25, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4];
const TYPING_MS = 250;
const MOST_FOUND = 1_000;

interface Props {
  address: string;
  label: string;
  height: number;
  /** The page to begin at, counted from 1. */
  at: number;
  search: boolean;
  download: boolean;
}

export function PdfView({ address, label, height, at, search, download }: Props) {
  const [pdf, setPdf] = useState<PdfDocument | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const ending = new AbortController();
    PdfDocument.open(address, ending.signal).then(
      (opened) => !ending.signal.aborted && setPdf(opened),
      (error: Error) => !ending.signal.aborted && setProblem(error.message),
    );
    return () => ending.abort();
  }, [address]);
  if (problem) {
    return (
      <p class="error" role="alert">
        {problem}
      </p>
    );
  }
  if (!pdf) return <div class="viewer-place" style={{ minHeight: `${height}px` }} aria-busy="true" />;
  return <Pages pdf={pdf} address={address} label={label} height={height} at={at} search={search} download={download} />;
}

function Pages({ pdf, address, label, height, at, search, download }: Props & { pdf: PdfDocument }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [sizes, setSizes] = useState<readonly Size[]>(() => Array.from({ length: pdf.count }, () => pdf.size));
  const [zoom, setZoom] = useState<number | null>(null);
  const [view, setView] = useState({ top: 0, width: 0, height: 0 });
  const [query, ask] = useState("");
  const found = useSearch(pdf, search ? query : "");
  const [chosen, choose] = useState(0);

  // Without a zoom, the widest page is as wide as there is room, and never wider than it is on paper.
  const widest = useMemo(() => Math.max(...sizes.slice(0, 500).map(({ width }) => width)), [sizes]);
  const scale = zoom ?? Math.max(0.1, Math.min(1.5, (view.width - 2 * GAP) / widest));
  const tops = useMemo(() => pageTops(sizes, scale), [sizes, scale]);
  const current = pageAt(tops, view.top + view.height / 3);
  const first = Math.max(0, pageAt(tops, view.top) - 1);
  const last = Math.min(pdf.count - 1, pageAt(tops, view.top + view.height) + 1);

  const look = () => {
    const element = scroller.current;
    if (element) setView({ top: element.scrollTop, width: element.clientWidth, height: element.clientHeight });
  };
  const go = (page: number) => {
    if (scroller.current) scroller.current.scrollTop = (tops[Math.max(0, Math.min(pdf.count - 1, page))] ?? GAP) - GAP;
    look();
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    look();
    const watching = new ResizeObserver(look);
    watching.observe(element);
    return () => watching.disconnect();
  }, []);
  const ready = view.width > 0;
  useLayoutEffect(() => {
    if (ready && (at > 1 || view.top > 0)) go(at - 1);
  }, [at, ready]);

  // Who zooms goes on looking at the same lines.
  const shown = useRef({ scale, page: 0, part: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && shown.current.scale !== scale) {
      const { page, part } = shown.current;
      element.scrollTop = (tops[page] ?? 0) + part * (sizes[page]?.height ?? 0) * scale;
      look();
    }
    const page = pageAt(tops, element?.scrollTop ?? 0);
    shown.current = { scale, page, part: ((element?.scrollTop ?? 0) - (tops[page] ?? 0)) / ((sizes[page]?.height ?? 1) * scale) };
  });

  const onSize = (index: number, { width, height: tall }: Size) =>
    setSizes((before) => (before[index]?.width === width && before[index]?.height === tall ? before : before.map((size, i) => (i === index ? { width, height: tall } : size))));

  const match = found.places[Math.min(chosen, found.places.length - 1)];
  useEffect(() => choose(0), [query]);
  useEffect(() => {
    if (match) go(match.page);
  }, [match?.page, match?.index]);

  const step = (by: 1 | -1) => setZoom(by > 0 ? (ZOOMS.find((each) => each > scale + 0.01) ?? scale) : (ZOOMS.findLast((each) => each < scale - 0.01) ?? scale));
  const next = (by: 1 | -1) => found.places.length && choose((chosen + by + found.places.length) % found.places.length);
  return (
    <div class="pdf">
      <div class="pdf-bar" role="toolbar" aria-label={label ? `${label}, controls` : "Document controls"}>
        <Command icon={ChevronUp} label="Previous page" disabled={current === 0} onPress={() => go(current - 1)} />
        <Command icon={ChevronDown} label="Next page" disabled={current === pdf.count - 1} onPress={() => go(current + 1)} />
        <PageNumber current={current + 1} count={pdf.count} onGo={(page) => go(page - 1)} />
        <span class="pdf-rule" />
        <Command icon={Minus} label="Smaller" disabled={scale <= (ZOOMS[0] ?? 0)} onPress={() => step(-1)} />
        <span class="pdf-zoom" role="status" aria-label="Zoom">{Math.round(scale * 100)} %</span>
        <Command icon={Plus} label="Larger" disabled={scale >= (ZOOMS.at(-1) ?? 1)} onPress={() => step(1)} />
        <Command icon={UnfoldHorizontal} label="Fit the width" disabled={zoom === null} onPress={() => setZoom(null)} />
        <span class="pdf-room" />
        {search && <SearchBox onAsk={ask} onNext={next} words={searchWords(query, found, chosen)} />}
        {download && (
          <a class="viewer-button" href={address} download="" title="Download" aria-label="Download">
            <Icon icon={Download} />
          </a>
        )}
      </div>
      <div ref={scroller} class="pdf-scroll" style={{ height: `${height}px` }} role="group" aria-label={label || "Document"} tabIndex={0} onScroll={look}>
        <div class="pdf-pages" style={{ height: `${tops.at(-1) ?? 0}px`, minWidth: `${widest * scale + 2 * GAP}px` }}>
          {ready &&
            Array.from({ length: last - first + 1 }, (_, i) => first + i).map((index) => (
              <PdfPage
                key={index}
                document={pdf}
                index={index}
                scale={scale}
                size={sizes[index] ?? pdf.size}
                top={tops[index] ?? 0}
                wanted={search ? query : ""}
                chosen={match?.page === index ? match.index : -1}
                onSize={onSize}
              />
            ))}
        </div>
      </div>
    </div>
  );
}

function Command({ icon, label, disabled, onPress }: { icon: unknown; label: string; disabled: boolean; onPress: () => void }) {
  return (
    <button type="button" class="viewer-button" title={label} aria-label={label} disabled={disabled} onClick={onPress}>
      <Icon icon={icon} />
    </button>
  );
}

function PageNumber({ current, count, onGo }: { current: number; count: number; onGo: (page: number) => void }) {
  const input = useRef<HTMLInputElement>(null);
  // What is being typed is left alone.
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = String(current);
  }, [current]);
  const go = (element: HTMLInputElement) => {
    const page = Number(element.value);
    if (Number.isInteger(page) && page >= 1 && page <= count) onGo(page);
    else element.value = String(current);
  };
  return (
    <span class="pdf-number">
      <input
        ref={input}
        class="input"
        inputMode="numeric"
        aria-label="Page"
        defaultValue={String(current)}
        style={{ width: `calc(${String(count).length + 1}ch + 14px)` }}
        onBlur={(event) => (event.currentTarget.value = String(current))}
        onKeyDown={(event) => event.key === "Enter" && go(event.currentTarget)}
      />
      <span>of {count}</span>
    </span>
  );
}

function SearchBox({ onAsk, onNext, words }: { onAsk: (query: string) => void; onNext: (by: 1 | -1) => void; words: string }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <span class="pdf-search">
      <span class="pdf-found" role="status">{words}</span>
      <span class="table-search">
        <Icon icon={Search} />
        <input
          class="input"
          type="search"
          placeholder="Search"
          autocomplete="off"
          aria-label="Search the document"
          onInput={({ currentTarget: { value } }) => {
            clearTimeout(timer.current);
            timer.current = setTimeout(() => onAsk(value.trim().slice(0, 200)), TYPING_MS);
          }}
          onKeyDown={(event) => event.key === "Enter" && !event.isComposing && onNext(event.shiftKey ? -1 : 1)}
        />
      </span>
    </span>
  );
}

interface Search {
  places: readonly Found[];
  done: boolean;
}

const NOTHING: Search = { places: [], done: true };

/** What stands where, told as pages are read. */
function useSearch(pdf: PdfDocument, query: string): Search {
  const [found, setFound] = useState<Search>(NOTHING);
  useEffect(() => {
    setFound(NOTHING);
    if (query === "") return;
    let wanted = true;
    const read = async () => {
      const places: Found[] = [];
      for (let page = 0; page < pdf.count && wanted && places.length < MOST_FOUND; page++) {
        const here = placesOf(await pdf.text(page), query);
        places.push(...here.map((_, index) => ({ page, index })));
        if (wanted && here.length) setFound({ places: [...places], done: false });
      }
      if (wanted) setFound({ places, done: true });
    };
    read().catch((error: unknown) => console.error(error));
    return () => void (wanted = false);
  }, [pdf, query]);
  return found;
}

function searchWords(query: string, { places, done }: Search, chosen: number): string {
  if (query === "") return "";
  if (places.length === 0) return done ? "Not found" : "";
  return `${chosen + 1} of ${places.length}${done ? "" : " …"}`;
}
