/** A PDF as pdf.js reads it: opened by its address, its pages and their texts when they are needed. */
import { AbortException, getDocument, GlobalWorkerOptions, ResponseException, type PDFDocumentProxy, type PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import workerAddress from "worker:pdf";
import type { Size } from "./pdf_pages.ts";

GlobalWorkerOptions.workerSrc = new URL(workerAddress, import.meta.url).href;

// When a file can't be had, pdf.js tells whoever opened it, and once more in a promise of its own that nobody holds:
// when the answer is quicker than its worker, or the document is closed meanwhile.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof ResponseException || event.reason instanceof AbortException) event.preventDefault();
});

export type Page = PDFPageProxy;

export class PdfDocument {
  private readonly texts = new Map<number, Promise<string>>();

  private constructor(
    private readonly document: PDFDocumentProxy,
    readonly count: number,
    /** Of the first page, in CSS pixels; most documents have no other. */
    readonly size: Size,
  ) {}

  /** `signal` ends the loading, or what was loaded. Fails with a sentence for whoever looks at the page. */
  static async open(address: string, signal: AbortSignal): Promise<PdfDocument> {
    // Our policy allows no code that is made at run time, and WebAssembly is such.
    const task = getDocument({ url: address, useWasm: false, useWorkerFetch: false, disableAutoFetch: true, verbosity: 0 });
    signal.addEventListener("abort", () => void task.destroy());
    try {
      const document = await task.promise;
      return new PdfDocument(document, document.numPages, sizeOf(await document.getPage(1)));
    } catch (error) {
      throw new Error(sentence(error));
    }
  }

  /** `index` is counted from 0. */
  page(index: number): Promise<Page> {
    return this.document.getPage(index + 1);
  }

  /** The text of a page; lines are joined by blanks. */
  text(index: number): Promise<string> {
    let text = this.texts.get(index);
    if (!text) this.texts.set(index, (text = this.read(index)));
    return text;
  }

  private async read(index: number): Promise<string> {
    const { items } = await (await this.page(index)).getTextContent();
    return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? " " : "") : "")).join("");
  }
}

export function sizeOf(page: Page): Size {
  const { width, height } = page.getViewport({ scale: PIXELS });
  return { width, height };
}

/** A point of a PDF is 1/72 inch, a pixel of CSS 1/96. */
export const PIXELS = 96 / 72;

function sentence(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") return "This document can’t be shown: it is protected by a password.";
  if (name === "InvalidPDFException") return "This document can’t be shown: it is no PDF, or it is damaged.";
  if (name === "ResponseException") return "This document can’t be shown: it isn’t there, or can’t be reached.";
  return "This document can’t be shown.";
}
