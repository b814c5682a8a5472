/** The right half of the bottom: log and handlers, one at a time. */
import { IconButton } from "./controls.tsx";
import { HandlersList } from "./handlers_pane.tsx";
import { ICONS } from "./icons.tsx";
import { logOpen, logTab } from "./layout.ts";
import { LogList, LogTools } from "./log_pane.tsx";
import { handlers } from "./store.ts";

export function SidePane() {
  const showsLog = logTab.value !== "handlers";
  return (
    <section class="region side-pane" aria-label={showsLog ? "Log pane" : "Handlers"} hidden={!logOpen.value}>
      <header class="region-head pane-head">
        <div class="file-tabs" role="tablist" aria-label="Panes">
          <div class={`file-tab ${showsLog ? "current" : ""}`}>
            <button type="button" role="tab" aria-selected={showsLog} data-keys="Ctrl+2" onClick={() => (logTab.value = "log")}>
              Log
            </button>
          </div>
          <div class={`file-tab ${showsLog ? "" : "current"}`}>
            <button type="button" role="tab" aria-selected={!showsLog} data-keys="Ctrl+3" onClick={() => (logTab.value = "handlers")}>
              Handlers
              <span class="count">{handlers.value.length}</span>
            </button>
          </div>
        </div>
        <span class="spring" />
        {showsLog && <LogTools />}
        <IconButton icon={ICONS.panelClose} label="Close this pane" onClick={() => (logOpen.value = false)} />
      </header>
      {showsLog ? <LogList /> : <HandlersList />}
    </section>
  );
}
