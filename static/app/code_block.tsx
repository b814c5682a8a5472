/** Code in lines, coloured once its grammar is there. Of long ones, only lines in view are in the page. */
import { useMemo, useRef } from "preact/hooks";
import { plainLines, type Token, tokeniser } from "./code_languages.ts";
import { CopyButton } from "./copy_button.tsx";
import { usePart } from "./later.tsx";
import { useRowWindow } from "./row_window.ts";

const LINE_HEIGHT = 20;
const MOST_WHOLE = 1_000;
// A parser takes about a tenth of a second for so much; beyond, a page would stand still.
const MOST_COLOURED = 500_000;

interface Props {
  code: string;
  language: string;
  label: string;
  numbered: boolean;
  wrap: boolean;
  copy: boolean;
  maxHeight: number;
}

export function CodeBlock({ code, language, label, numbered, wrap, copy, maxHeight }: Props) {
  const grammar = usePart(tokeniser(code.length > MOST_COLOURED ? "text" : language));
  const tokenise = "got" in grammar ? grammar.got : plainLines;
  const lines = useMemo(() => withoutLastEmpty(tokenise(code)), [tokenise, code]);
  const scroller = useRef<HTMLDivElement>(null);
  const whole = lines.length <= MOST_WHOLE;
  const scrolling = useRowWindow(scroller, lines.length, whole ? null : LINE_HEIGHT, 0);
  const digits = String(lines.length).length;
  return (
    <>
      {(label || copy) && (
        <div class={label ? "viewer-head" : "viewer-head floating"}>
          {label && <span class="label">{label}</span>}
          {copy && <CopyButton text={() => code} label="Copy the code" />}
        </div>
      )}
      <div
        ref={scroller}
        class="viewer-scroll"
        style={{ maxHeight: `${maxHeight}px` }}
        role={label ? "region" : "group"}
        aria-label={label || "Code"}
        tabIndex={0}
        onScroll={scrolling.follow}
      >
        <pre class={["code", wrap && whole && "wrapped", numbered && "numbered"].filter(Boolean).join(" ")} style={{ "--digits": `${digits}ch` }}>
          {!whole && <span class="code-space" style={{ height: `${scrolling.before}px` }} />}
          <code>
            {lines.slice(scrolling.start, scrolling.end).map((tokens, i) => (
              <Line key={scrolling.start + i} tokens={tokens} number={numbered ? scrolling.start + i + 1 : null} />
            ))}
          </code>
          {!whole && <span class="code-space" style={{ height: `${scrolling.after}px` }} />}
        </pre>
      </div>
    </>
  );
}

function Line({ tokens, number }: { tokens: readonly Token[]; number: number | null }) {
  return (
    <span class="code-line" data-number={number ?? undefined}>
      {tokens.map(({ kind, text }, i) => (kind ? <span key={i} class={kind}>{text}</span> : text))}
      {"\n"}
    </span>
  );
}

/** A text file ends with a line end, which is not a line more. */
function withoutLastEmpty(lines: Token[][]): Token[][] {
  return lines.length > 1 && lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}
