/** The theme's colours for what draws outside of CSS, as a signal: another value whenever they change. */
import { type ReadonlySignal, signal } from "@preact/signals";

export interface ChartColours {
  readonly surface: string;
  readonly float: string;
  readonly wash: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly font: string;
  /** Of the series, in their order. */
  readonly series: readonly string[];
}

const SERIES = 8;
let known: ReadonlySignal<ChartColours> | undefined;

/** Looks at the document from the first call on. */
export function chartColours(): ReadonlySignal<ChartColours> {
  return (known ??= watched());
}

function watched(): ReadonlySignal<ChartColours> {
  const colours = signal(read());
  let shown = JSON.stringify(colours.peek());
  const look = () => {
    const now = read();
    const text = JSON.stringify(now);
    if (text !== shown) colours.value = now;
    shown = text;
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
  // A theme may be chosen at the root, or come with a style sheet.
  new MutationObserver(look).observe(document.documentElement, { attributes: true });
  new MutationObserver(look).observe(document.head, { childList: true, subtree: true, characterData: true });
  document.head.addEventListener("load", look, true);
  return colours;
}

function read(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: token("surface"),
    float: token("surface-float"),
    wash: token("accent-wash"),
    line: token("line"),
    lineStrong: token("line-strong"),
    text: token("text"),
    text2: token("text-2"),
    text3: token("text-3"),
    accent: token("accent"),
    font: token("font"),
    series: Array.from({ length: SERIES }, (_, i) => token(`chart-${i + 1}`)),
  };
}
