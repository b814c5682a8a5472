/** A dialog: shown while a value says so; in the Builder's canvas it stands in its place on the page. */
import { X } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { isTrue } from "../../app/expressions.ts";
import { Icon } from "../../app/icon.tsx";
import type { Instance } from "../../app/instance.ts";
import { Modal } from "../../app/modal.tsx";
import { Children, type Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const bound = c.bound.value;
  const asked = c.session.dialogs.value.get(c.id);
  const acted = asked && c.rows.every((row, i) => asked.rows[i] === row) ? asked.open : undefined;
  const wanted = acted ?? (bound === undefined ? c.flag("open") : isTrue(bound));
  const [dismissed, dismiss] = useState(false);
  useEffect(() => {
    if (!wanted) dismiss(false);
  }, [wanted]);
  const titleId = `${c.domId}/title`;
  const named = c.text("title").value !== "";
  const name = named ? { "aria-labelledby": titleId } : { "aria-label": "Dialog" };
  const dismissible = c.flag("dismissible");
  if (c.session.designing.value) {
    return (
      <section {...c.root("dialog", "dialog-in-place", `dialog-${c.text("size").value}`)} {...name}>
        <Head c={c} id={titleId} />
        <div class="dialog-body stack">
          <Children of={c} />
        </div>
      </section>
    );
  }
  const close = async () => {
    dismiss(true);
    if (acted) c.session.showDialog(c.id, c.rows, false);
    const tells = (["wf-toggle", "wf-close"] as const).filter((event) => c.listens(event, event === "wf-toggle"));
    const told = tells.map((event) => c.emit(event, event === "wf-toggle" ? false : null));
    // From here on whoever was told decides; with nobody there it stays closed until the value has changed.
    if (told.length > 0) await Promise.all(told).then(() => dismiss(false));
  };
  return (
    <Modal open={wanted && !dismissed} onClose={() => void close()} dismissible={dismissible} attributes={{ ...c.root("dialog", `dialog-${c.text("size").value}`), ...name }}>
      <div class="dialog-inside">
        <Head c={c} id={titleId} />
        <div class="dialog-body stack">
          <Children of={c} />
        </div>
        {dismissible && (
          <button type="button" class="icon-button dialog-close" aria-label="Close" onClick={() => void close()}>
            <Icon icon={X} />
          </button>
        )}
      </div>
    </Modal>
  );
}

function Head({ c, id }: { c: Instance; id: string }) {
  if (!c.text("title").value) return null;
  return (
    <h2 class="dialog-title" id={id}>
      {c.text("title")}
    </h2>
  );
}
