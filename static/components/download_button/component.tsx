/** Hands over a file: bytes that the service keeps, or a text that becomes a file here. */
import { clickPayload } from "../../app/dom_events.ts";
import { asText } from "../../app/expressions.ts";
import type { Props } from "../../app/page.tsx";
import { ownAddress } from "../../app/urls.ts";
import { Download } from "lucide";
import { Icon } from "../../app/icon.tsx";

/** What bytes in state become on their way here. */
const BLOB = /^blob\/[\w.-]+$/;

export function render({ c }: Props) {
  const press = async (event: MouseEvent) => {
    const outcome = c.listens("wf-click") ? await c.emit("wf-click", clickPayload(event)) : null;
    if (outcome && outcome.status !== "ok") return;
    const data = asText(c.value("data").peek());
    const kept = BLOB.test(data);
    const address = kept ? ownAddress(data, c.session.bootstrap.base) : URL.createObjectURL(new Blob([data]));
    if (!address) return;
    const link = document.createElement("a");
    link.href = address;
    link.download = c.text("file_name").peek() || "download";
    link.click();
    if (!kept) URL.revokeObjectURL(address);
  };
  return (
    <button
      {...c.root("button", c.text("style").value, c.flag("full_width") ? "full-width" : "")}
      type="button"
      disabled={c.flag("disabled")}
      onClick={(event) => void press(event)}
    >
      <Icon icon={Download} />
      {c.text("text")}
    </button>
  );
}
