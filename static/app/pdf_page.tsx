/** One page of a PDF: drawn on a canvas, with its text above it to be selected, copied and found. */
import { TextLayer } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useEffect, useRef, useState } from "preact/hooks";
import { type PdfDocument, PIXELS, sizeOf } from "./pdf_document.ts";
import { placesOf, type Size } from "./pdf_pages.ts";

// Safari draws nothing on a larger canvas.
const MOST_PIXELS = 16_000_000;

interface Props {
  document: PdfDocument;
  index: number;
  scale: number;
  size: Size;
  top: number;
  wanted: string;
  /** Which of the places on this page is looked at; -1: none. */
  chosen: number;
  onSize: (index: number, size: Size) => void;
}

export function PdfPage({ document: pdf, index, scale, size, top, wanted, chosen, onSize }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(0);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const ending = new AbortController();
    draw(pdf, index, scale, canvas.current, layer.current, ending.signal, onSize).then(
      () => !ending.signal.aborted && setDrawn((before) => before + 1),
      (error: unknown) => {
        if (ending.signal.aborted) return;
        console.error(error);
        setFailed(true);
      },
    );
    return () => ending.abort();
  }, [pdf, index, scale]);

  useEffect(() => {
    if (!layer.current || drawn === 0) return;
    const ranges = rangesIn(layer.current, wanted);
    const [all, one] = [highlight("pdf-found"), highlight("pdf-chosen")];
    for (const range of ranges) all?.add(range);
    const now = ranges[chosen];
    if (now) {
      one?.add(now);
      now.startContainer.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    return () => {
      for (const range of ranges) all?.delete(range);
      if (now) one?.delete(now);
    };
  }, [drawn, wanted, chosen]);

  const style = { top: `${top}px`, width: `${Math.floor(size.width * scale)}px`, height: `${Math.floor(size.height * scale)}px`, "--total-scale-factor": scale * PIXELS };
  return (
    <div class="pdf-page" role="region" aria-label={`Page ${index + 1}`} data-page={index + 1} data-drawn={drawn > 0 || undefined} style={style}>
      <canvas ref={canvas} aria-hidden="true" />
      <div ref={layer} class="pdf-text" />
      {failed && (
        <p class="error" role="alert">
          This page can’t be drawn.
        </p>
      )}
    </div>
  );
}

async function draw(
  pdf: PdfDocument,
  index: number,
  scale: number,
  canvas: HTMLCanvasElement | null,
  layer: HTMLElement | null,
  signal: AbortSignal,
  onSize: (index: number, size: Size) => void,
): Promise<void> {
  const page = await pdf.page(index);
  if (signal.aborted || !canvas || !layer) return;
  const size = sizeOf(page);
  onSize(index, size);
  const area = size.width * size.height * scale * scale;
  const density = Math.min(devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / area));
  const viewport = page.getViewport({ scale: scale * PIXELS * density });
  // Drawn aside, so that the page doesn't turn white while it is drawn in another size.
  const aside = document.createElement("canvas");
  [aside.width, aside.height] = [Math.floor(viewport.width), Math.floor(viewport.height)];
  const drawing = page.render({ canvas: aside, viewport });
  signal.addEventListener("abort", () => drawing.cancel());
  await drawing.promise;
  if (signal.aborted) return;
  [canvas.width, canvas.height] = [aside.width, aside.height];
  canvas.getContext("2d")?.drawImage(aside, 0, 0);
  layer.replaceChildren();
  const text = new TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport: page.getViewport({ scale: scale * PIXELS }) });
  signal.addEventListener("abort", () => text.cancel());
  await text.render();
}

/** Browsers without highlights of this kind show the page that was found, and nothing on it. */
function highlight(name: string): Highlight | null {
  if (typeof Highlight === "undefined") return null;
  let found = CSS.highlights.get(name);
  if (!found) CSS.highlights.set(name, (found = new Highlight()));
  return found;
}

/** The places of `wanted` in a text layer; each line end there is a blank. */
function rangesIn(layer: HTMLElement, wanted: string): Range[] {
  const pieces: { node: Text; from: number }[] = [];
  let text = "";
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) {
      pieces.push({ node, from: text.length });
      text += node.data;
    } else if (node instanceof HTMLBRElement) {
      text += " ";
    }
  }
  const point = (at: number): [Text, number] | null => {
    const piece = pieces.findLast(({ from }) => from <= at);
    return piece ? [piece.node, Math.min(at - piece.from, piece.node.length)] : null;
  };
  return placesOf(text, wanted).flatMap((at) => {
    const [start, end] = [point(at), point(at + wanted.length - 1)];
    if (!start || !end) return [];
    const range = document.createRange();
    range.setStart(...start);
    range.setEnd(end[0], Math.min(end[1] + 1, end[0].length));
    return [range];
  });
}
