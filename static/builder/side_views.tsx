/** What stands in the panes beside the code and the log. A lazy chunk. */
import { HandlersList, HandlersTools } from "./handlers_pane.tsx";
import { HistoryList, HistoryTools } from "./history_pane.tsx";
import { ProblemsList } from "./problems_pane.tsx";
import { SearchPane } from "./search_pane.tsx";
import type { SidePane, View } from "./side_panes.ts";
import { StateTools, StateTree } from "./state_pane.tsx";

export const VIEWS: Record<SidePane, View> = {
  state: { Tools: StateTools, Body: StateTree },
  history: { Tools: HistoryTools, Body: HistoryList },
  handlers: { Tools: HandlersTools, Body: HandlersList },
  problems: { Body: ProblemsList },
  search: { Body: SearchPane },
};
