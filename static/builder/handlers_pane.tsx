/** The pane `Handlers`: the app's functions, and which components call them. */
import { usesOf } from "./changes.ts";
import { openHandler } from "./code.ts";
import { Empty, IconButton } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import { renamed } from "./renames.ts";
import { handlers, pages, select, showPage, current } from "./store.ts";

export function HandlersList() {
  const all = [...handlers.value].sort((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name));
  if (!all.length) {
    return (
      <Empty icon={ICONS.functions} title="No functions yet">
        Every plain function in main.py can handle events. Select a component and choose Create handler.
      </Empty>
    );
  }
  return (
    <ul class="handlers">
      {all.map((handler) => {
        const uses = usesOf(pages.value, handler.name);
        return (
          <li key={handler.name} class={`handler-row ${handler.own ? "" : "foreign"}`}>
            <span class={`runs-code ${uses.length ? "" : "off"}`}>
              <Icon icon={handler.problem ? ICONS.alert : ICONS.zap} size={12} />
            </span>
            <button type="button" class="link mono" data-tip={handler.problem ?? (handler.doc || `${handler.file}:${handler.line}`)} onClick={() => void openHandler(handler.name)}>
              {handler.name}
            </button>
            <span class="mono quiet">({handler.parameters.join(", ")})</span>
            <span class="quiet">{handler.module}</span>
            {handler.own && <IconButton icon={ICONS.pencil} label={`Rename ${handler.name}`} tip="Rename it in the code and on all pages" onClick={() => (renamed.value = { handler: handler.name })} />}
            <span class="spring" />
            {uses.length === 0 && <span class="quiet">not linked</span>}
            {uses.slice(0, 3).map((use) => (
              <button
                key={`${use.id} ${use.event}`}
                type="button"
                class="use mono"
                data-tip={`${use.id}, ${use.event}`}
                onClick={() => {
                  if (use.page !== current.value?.key) showPage(use.page);
                  select(use.id);
                }}
              >
                {use.id}
              </button>
            ))}
            {uses.length > 3 && <span class="quiet">+{uses.length - 3}</span>}
          </li>
        );
      })}
    </ul>
  );
}
