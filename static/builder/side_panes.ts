/** The panes beside the code and the log: their views are loaded together when one of them is first shown. */
import type { FunctionComponent } from "preact";
import { part } from "../app/later.tsx";
import type { PaneName } from "./panes.ts";

export type SidePane = Exclude<PaneName, "code" | "log">;

export interface View {
  Tools?: FunctionComponent;
  Body: FunctionComponent;
}

export const sideViews = part(() => import("./side_views.tsx").then(({ VIEWS }) => VIEWS));
