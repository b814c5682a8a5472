/** The right half of the bottom: log, state, event history, handlers and problems, one at a time. */
import type { ComponentChildren } from "preact";
import { IconButton } from "./controls.tsx";
import { HandlersList } from "./handlers_pane.tsx";
import { HistoryList, HistoryTools } from "./history_pane.tsx";
import { ICONS } from "./icons.tsx";
import { logOpen, logTab, type SideTab } from "./layout.ts";
import { LogList } from "./log_pane.tsx";
import { LogTools } from "./log_tools.tsx";
import { ProblemsList } from "./problems_pane.tsx";
import { problemCount } from "./problems.ts";
import { StateTools, StateTree } from "./state_pane.tsx";
import { handlers } from "./store.ts";

interface Tab {
  tab: SideTab;
  label: string;
  region: string;
  keys: string;
  count?: () => number;
  tools?: () => ComponentChildren;
  body: () => ComponentChildren;
}

const TABS: Tab[] = [
  { tab: "log", label: "Log", region: "Log pane", keys: "Ctrl+2", tools: () => <LogTools />, body: () => <LogList /> },
  { tab: "state", label: "State", region: "State", keys: "Ctrl+3", tools: () => <StateTools />, body: () => <StateTree /> },
  { tab: "history", label: "Event history", region: "Event history", keys: "Ctrl+4", tools: () => <HistoryTools />, body: () => <HistoryList /> },
  { tab: "handlers", label: "Handlers", region: "Handlers", keys: "Ctrl+5", count: () => handlers.value.length, body: () => <HandlersList /> },
  { tab: "problems", label: "Problems", region: "Problems", keys: "Ctrl+6", count: () => problemCount.value, body: () => <ProblemsList /> },
];

export function SidePane() {
  const shown = TABS.find((each) => each.tab === logTab.value) ?? TABS[0]!;
  return (
    <section class="region side-pane" aria-label={shown.region} hidden={!logOpen.value}>
      <header class="region-head pane-head">
        <div class="file-tabs" role="tablist" aria-label="Panes">
          {TABS.map(({ tab, label, keys, count }) => (
            <div key={tab} class={`file-tab ${tab === shown.tab ? "current" : ""}`} role="presentation">
              <button type="button" role="tab" aria-selected={tab === shown.tab} data-keys={keys} onClick={() => (logTab.value = tab)}>
                {label}
                {count && count() > 0 && <span class="count">{count()}</span>}
              </button>
            </div>
          ))}
        </div>
        <span class="spring" />
        <IconButton icon={ICONS.panelClose} label="Close this pane" onClick={() => (logOpen.value = false)} />
      </header>
      {shown.tools && <div class="pane-tools">{shown.tools()}</div>}
      {shown.body()}
    </section>
  );
}
