/** A figure that the app has drawn: as a picture, or as HTML of which only what is harmless is shown. */
import { ChartColumn, Download } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { child } from "../../app/changes.ts";
import { Icon } from "../../app/icon.tsx";
import { Later, part } from "../../app/later.tsx";
import type { Props } from "../../app/page.tsx";
import type { Json } from "../../app/protocol.ts";
import { baseAddress, safeImage } from "../../app/urls.ts";

const sanitiser = part(() => import("../../app/markdown.ts").then((module) => module.sanitized));

export function render({ c }: Props) {
  const value = c.value("figure").value;
  const html = child(value, "$html");
  const address = typeof value === "string" && value ? safeImage(value, baseAddress(c.session.bootstrap.base)) : null;
  const alt = c.text("alt").value;
  const caption = c.text("caption");
  const width = c.number("width");
  return (
    <figure {...c.root("figure")} style={width === null ? undefined : { width: `${width}px` }}>
      {typeof html === "string" ? (
        <Later part={sanitiser} height={120}>
          {(sanitized) => <Html html={html} label={alt} sanitized={sanitized} />}
        </Later>
      ) : address !== null ? (
        <div class={width === null ? "figure-frame" : "figure-frame sized"}>
          <img src={address} alt={alt} decoding="async" />
          {c.flag("download") && (
            <a class="viewer-button figure-download" href={address} download={`${c.text("file_name").value || "figure"}${ending(address)}`} aria-label={`Download ${alt || "the figure"}`} title="Download">
              <Icon icon={Download} />
            </a>
          )}
        </div>
      ) : (
        <div class="chart-empty">
          <Icon icon={ChartColumn} />
          <span>{words(value, c.session.editing)}</span>
        </div>
      )}
      {caption.value && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

function words(value: Json, editing: boolean): string {
  if (value === null || value === "") return editing ? "No figure yet: put one into state, and its name here, as in @{figure}." : "Nothing to show yet";
  if (child(value, "data") !== undefined && child(value, "layout") !== undefined) return "This is a figure of plotly: the component Plotly graph draws it.";
  if (child(value, "$schema") !== undefined) return "This is a chart of Vega-Lite: the component Vega-Lite chart draws it.";
  return "This can't be shown as a figure.";
}

/** Such as `.svg`; of addresses without one, nothing. */
function ending(address: string): string {
  return /\.(svg|png|jpe?g|gif|webp)$/i.exec(new URL(address).pathname)?.[0] ?? "";
}

function Html({ html, label, sanitized }: { html: string; label: string; sanitized: (html: string) => DocumentFragment }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(sanitized(html)), [html, sanitized]);
  return <div class="markdown figure-html" ref={place} role="group" aria-label={label || "Figure"} tabIndex={0} />;
}
