/** What the Builder and the agent in the previewed page say to each other; see docs/protocol.md. */

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One drawn component, in coordinates of the window; of those in repeaters the first one. */
export interface LayoutItem {
  id: string;
  type: string;
  parent: string | null;
  index: number;
  rect: Rect;
  axis: "vertical" | "horizontal";
}

/** What stands for a component while that isn't shown itself: the button of a tab. */
export interface Handle {
  id: string;
  rect: Rect;
}

export type ToAgent =
  | { type: "connect" }
  | { type: "select"; ids: string[] }
  | { type: "use"; on: boolean }
  | { type: "reveal"; id: string }
  | { type: "open"; id: string }
  | { type: "measure" }
  | { type: "scroll"; x: number; y: number }
  | { type: "page"; key: string };

export type FromAgent =
  | { type: "ready"; page: string }
  | { type: "session"; id: string }
  | { type: "layout"; page: string; scroll: { x: number; y: number }; width: number; height: number; items: LayoutItem[]; handles: Handle[] }
  | { type: "picked"; id: string; additive: boolean }
  | { type: "opened"; id: string }
  | { type: "hovered"; id: string | null }
  | { type: "add"; parent: string; child: string }
  | { type: "drag"; phase: "start" | "move" | "drop" | "cancel"; id: string; x: number; y: number; alt: boolean }
  | { type: "key"; key: string; code: string; ctrl: boolean; shift: boolean; alt: boolean; meta: boolean }
  | { type: "page"; key: string };

/** The message in `data`, or `null` if it is none of ours. */
export function readToAgent(data: unknown): ToAgent | null {
  if (typeof data !== "object" || data === null || (data as { mainspring?: unknown }).mainspring !== 1) return null;
  const message = data as Record<string, unknown>;
  switch (message["type"]) {
    case "connect":
    case "measure":
      return { type: message["type"] };
    case "select":
      return Array.isArray(message["ids"]) ? { type: "select", ids: message["ids"].map(String) } : null;
    case "use":
      return { type: "use", on: message["on"] === true };
    case "reveal":
    case "open":
      return { type: message["type"], id: String(message["id"]) };
    case "scroll":
      return { type: "scroll", x: Number(message["x"]) || 0, y: Number(message["y"]) || 0 };
    case "page":
      return { type: "page", key: String(message["key"]) };
    default:
      return null;
  }
}
