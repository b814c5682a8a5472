/** An element that the page makes up: see `html_rules.ts` for what passes. */
import { createElement, Fragment } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { asText } from "../../app/expressions.ts";
import { allowedElement } from "../../app/html_rules.ts";
import { Children, type Props } from "../../app/page.tsx";
import { pressable } from "../../app/pressable.ts";
import type { Json } from "../../app/protocol.ts";
import { baseAddress } from "../../app/urls.ts";

export function render({ c }: Props) {
  const written = c.text("element").value;
  const { tag, isVoid, attributes, styles, refused } = allowedElement(written, pairs(c.value("attributes").value), pairs(c.value("styles").value), baseAddress(c.session.bootstrap.base));
  const { class: ownClass, ...others } = attributes;
  const { ref, ...root } = c.root(ownClass ?? "");
  const element = useRef<HTMLElement | null>(null);
  const style = Object.entries(styles);
  // Set one by one: a value can't be more than the value of its property. Before it is painted,
  // or the page would jump, and who has scrolled it already would be thrown back.
  useLayoutEffect(() => {
    const own = element.current?.style;
    for (const [name, value] of style) own?.setProperty(name, value);
    return () => style.forEach(([name]) => own?.removeProperty(name));
  }, [tag, JSON.stringify(style)]);
  const text = c.text("text");
  const empty = text.value === "" && c.component.children.length === 0;
  const content = isVoid ? null : (
    <>
      {text.value && text}
      <Children of={c} slot={empty ? `An empty <${tag}>. Give it a text, or drop a component here` : ""} />
    </>
  );
  const take = (found: HTMLElement | null) => {
    element.current = found;
    ref(found);
  };
  // A tooltip is a title of its own; one that was given as an attribute counts where there is none.
  const title = root.title ?? others["title"];
  return (
    <>
      <Fragment key={tag}>{createElement(tag, { ...others, ...pressable(c), ...root, title, ref: take }, content)}</Fragment>
      {refused.length > 0 && c.session.editing && (
        <p class="misfit" role="note">
          Left out here: {refused.join(", ")}
        </p>
      )}
    </>
  );
}

/** Names and values of a mapping; what isn't one has none. */
function pairs(value: Json): [string, string][] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, each]): [string, string][] => (each === null || each === false ? [] : [[name, each === true ? "" : asText(each)]]));
}
