/** Text, with Markdown where there is some in it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { hasMarkdown } from "../../app/has_markdown.ts";
import { useDerived } from "../../app/hooks.ts";
import type { Instance } from "../../app/instance.ts";
import type { Props } from "../../app/page.tsx";
import { pressable } from "../../app/pressable.ts";

export function render({ c }: Props) {
  const text = c.text("text");
  const marked = useDerived(() => c.flag("use_markdown") && hasMarkdown(c.text("text").value), [c]);
  const classes = ["text", `text-${c.text("appearance").value}`, `align-${c.text("align").value}`];
  // What has no Markdown, such as a number that changes all the time, is one text node.
  return (
    <div {...c.root(...classes)} {...pressable(c)}>
      {marked.value ? <Markdown c={c} /> : <p>{text}</p>}
    </div>
  );
}

type ToNodes = (text: string) => DocumentFragment;

function Markdown({ c }: { c: Instance }) {
  const text = c.text("text").value;
  const place = useRef<HTMLDivElement>(null);
  const [toNodes, setToNodes] = useState<ToNodes | null>(() => loaded);
  useEffect(() => {
    if (!toNodes) void load().then((ready) => setToNodes(() => ready));
  }, [toNodes]);
  useEffect(() => {
    if (toNodes) place.current?.replaceChildren(toNodes(text));
  }, [toNodes, text]);
  return toNodes ? <div class="markdown" ref={place} /> : <p>{text}</p>;
}

let loaded: ToNodes | null = null;

async function load(): Promise<ToNodes> {
  return (loaded ??= (await import("../../app/markdown.ts")).toNodes);
}
