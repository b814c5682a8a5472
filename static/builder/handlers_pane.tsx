/** The pane `Handlers`: the app's functions, which components call them, and how long they take. */
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { usesOf } from "./changes.ts";
import { openHandler } from "./code.ts";
import { matching } from "./combobox.tsx";
import { Button, Empty, IconButton } from "./controls.tsx";
import { milliseconds, summaryOf, type Summary } from "./handler_runs.ts";
import { Icon, ICONS } from "./icons.tsx";
import { openPane } from "./layout.ts";
import { filterBy, NO_FILTER } from "./log_filter.ts";
import type { Handler } from "./protocol.ts";
import { counted, renamed } from "./renames.ts";
import { current, handlers, outlined, pages, select, showPage } from "./store.ts";

const searched = signal("");
const unusedOnly = signal(false);
const foreignShown = signal(false);
/** The handler whose components are outlined on the canvas, and listed. */
const opened = signal("");

const usesByHandler = computed(() => new Map(handlers.value.map((each) => [each.name, usesOf(pages.value, each.name)])));
const usesFor = (handler: Handler): ReturnType<typeof usesOf> => usesByHandler.value.get(handler.name) ?? [];
const componentsOf = (handler: Handler): string[] => [...new Set(usesFor(handler).map((use) => use.id))];

export function HandlersTools() {
  return (
    <>
      <label class="search">
        <Icon icon={ICONS.search} />
        <input type="search" aria-label="Search the handlers" placeholder="Search" value={searched.value} onInput={(event) => (searched.value = event.currentTarget.value)} />
      </label>
      <Button label="Unused" tip="Only functions that no event is linked to" class="small toggle" pressed={unusedOnly.value} onClick={() => (unusedOnly.value = !unusedOnly.value)} />
    </>
  );
}

export function HandlersList() {
  useEffect(
    () => () => {
      opened.value = "";
      outlined.value = [];
    },
    [],
  );
  if (!handlers.value.length) {
    return (
      <Empty icon={ICONS.functions} title="No functions yet">
        Every plain function in main.py can handle events. Select a component and choose Create handler.
      </Empty>
    );
  }
  const found = matching(handlers.value, searched.value).filter((each) => !unusedOnly.value || usesFor(each).length === 0);
  const own = found.filter((each) => each.own);
  const foreign = found.filter((each) => !each.own);
  const open = foreignShown.value || searched.value.trim() !== "";
  return (
    <div class="handlers">
      {found.length === 0 && <Empty title="Nothing matches">{unusedOnly.value ? "Every function is linked to an event." : "Search by name, module or parameter."}</Empty>}
      {found.length > 0 && (
        <table aria-label="Functions that can handle events">
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col">Module</th>
              <th scope="col">Used by</th>
              <th scope="col" class="number" data-tip="Of its last 200 runs">
                Average
              </th>
              <th scope="col" class="number" data-tip="19 of 20 runs took no longer; of its last 200">
                p95
              </th>
              <th scope="col" class="number">
                Errors
              </th>
            </tr>
          </thead>
          <tbody>
            {own.map((handler) => (
              <HandlerRow key={handler.name} handler={handler} />
            ))}
            {foreign.length > 0 && (
              <tr class="foreign-head">
                <td colSpan={6}>
                  <button type="button" class="link" aria-expanded={open} onClick={() => (foreignShown.value = !foreignShown.value)}>
                    <Icon icon={open ? ICONS.chevronDown : ICONS.chevronRight} />
                    {counted(foreign.length, "function")} of installed packages
                  </button>
                </td>
              </tr>
            )}
            {open && foreign.map((handler) => <HandlerRow key={handler.name} handler={handler} />)}
          </tbody>
        </table>
      )}
    </div>
  );
}

function HandlerRow({ handler }: { handler: Handler }) {
  const components = componentsOf(handler);
  const open = opened.value === handler.name && components.length > 0;
  const runs = summaryOf(handler.name);
  const outline = (): void => {
    opened.value = open ? "" : handler.name;
    outlined.value = open ? [] : components;
    const first = usesFor(handler)[0];
    if (!open && first && !usesFor(handler).some((use) => use.page === current.value?.key)) showPage(first.page);
  };
  return (
    <>
      <tr class={`handler-row ${handler.own ? "" : "foreign"} ${components.length ? "" : "unused"}`}>
        <th scope="row">
          <span class={`runs-code ${components.length ? "" : "off"} ${handler.problem ? "wrong" : ""}`}>
            <Icon icon={handler.problem ? ICONS.alert : ICONS.zap} />
          </span>
          <button type="button" class="link mono" data-tip={handler.problem ?? (handler.doc || `${handler.file}:${handler.line}`)} onClick={() => void openHandler(handler.name)}>
            {handler.name}
          </button>
          <span class="mono quiet">({handler.parameters.join(", ")})</span>
          {handler.own && <IconButton icon={ICONS.pencil} label={`Rename ${handler.name}`} tip="Rename it in the code and on all pages" class="quiet-button row-button" onClick={() => (renamed.value = { handler: handler.name })} />}
        </th>
        <td class="quiet" data-tip={handler.file && handler.own ? `${handler.file}:${handler.line}` : undefined}>
          {handler.module}
        </td>
        <td>
          {components.length === 0 ? (
            <span class="unused-mark" data-tip="No event is linked to it">
              unused
            </span>
          ) : (
            <button type="button" class="use" aria-expanded={open} data-tip={`Outline ${components.join(", ")} on the canvas`} onClick={outline}>
              {counted(components.length, "component")}
            </button>
          )}
        </td>
        <Times runs={runs} handler={handler.name} />
      </tr>
      {open && (
        <tr class="handler-uses">
          <td colSpan={6}>
            {usesFor(handler).map((use) => (
              <button
                key={`${use.id} ${use.event}`}
                type="button"
                class="use mono"
                data-tip={`Select it: ${use.event} on page ${use.page}`}
                onClick={() => {
                  if (use.page !== current.value?.key) showPage(use.page);
                  select(use.id);
                }}
              >
                {use.id}
              </button>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

function Times({ runs, handler }: { runs: Summary | undefined; handler: string }) {
  if (!runs) {
    return (
      <td class="quiet never" colSpan={3}>
        has not run
      </td>
    );
  }
  return (
    <>
      <td class="number mono" data-tip={counted(runs.runs, "run")}>
        {milliseconds(runs.average)}
      </td>
      <td class="number mono">{milliseconds(runs.p95)}</td>
      <td class="number mono">
        {runs.errors === 0 ? (
          <span class="quiet">0</span>
        ) : (
          <button
            type="button"
            class="link bad"
            data-tip="Show them in the log"
            onClick={() => {
              filterBy({ ...NO_FILTER, handler, level: "error" });
              openPane("log");
            }}
          >
            {runs.errors}
          </button>
        )}
      </td>
    </>
  );
}
