/** Text, with Markdown where there is some in it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { hasMarkdown } from "../../app/has_markdown.ts";
import { useDerived } from "../../app/hooks.ts";
import type { Instance } from "../../app/instance.ts";
import { part, usePart } from "../../app/later.tsx";
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

const markdown = part(() => import("../../app/markdown.ts").then((module) => module.toNodes));

function Markdown({ c }: { c: Instance }) {
  const text = c.text("text").value;
  const place = useRef<HTMLDivElement>(null);
  const reading = usePart(markdown);
  const toNodes = "got" in reading ? reading.got : null;
  // Before it is painted, or the text would be away for a frame.
  useLayoutEffect(() => {
    if (toNodes) place.current?.replaceChildren(toNodes(text));
  }, [toNodes, text]);
  // Until it is there, and where it can't be loaded, the text is shown as it stands.
  return toNodes ? <div class="markdown" ref={place} /> : <p>{text}</p>;
}
