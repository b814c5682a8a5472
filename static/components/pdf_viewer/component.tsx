/** A PDF. pdf.js and its worker are loaded when the first document is shown. */
import { Later, part } from "../../app/later.tsx";
import type { Props } from "../../app/page.tsx";
import { baseAddress, safeDocument } from "../../app/urls.ts";

const view = part(() => import("../../app/pdf_view.tsx").then((module) => module.PdfView));

export function render({ c }: Props) {
  const label = c.text("label").value;
  const src = c.text("src").value;
  const height = Math.max(200, c.number("height") ?? 600);
  const address = src === "" ? null : safeDocument(src, baseAddress(c.session.bootstrap.base));
  if (src === "" && !c.session.editing) return null;
  return (
    <div {...c.root("viewer")}>
      {label && <span class="label">{label}</span>}
      {address !== null ? (
        <Later part={view} height={height}>
          {(View) => <View key={address} address={address} label={label} height={height} at={c.number("page") ?? 1} search={c.flag("search")} download={c.flag("download")} />}
        </Later>
      ) : src === "" ? (
        <div class="slot">No document yet</div>
      ) : (
        <p class="error" role="alert">
          This address can't be read.
        </p>
      )}
    </div>
  );
}
