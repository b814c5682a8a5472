/** Where a dragged component would land: one pure function for the tree and the canvas. */
import type { Rect } from "./protocol.ts";

export interface Point {
  x: number;
  y: number;
}

/** A place on the screen that stands for a component. `children` are in page order; what isn't shown has no box. */
export interface Box {
  id: string;
  rect: Rect;
  /** What stands for it among its like, such as the button of a tab; where there is one, places go by it. */
  handle?: Rect;
  /** Along which its children stand. */
  axis: "vertical" | "horizontal";
  /** Whether it is of a type that takes components at all. */
  container: boolean;
  children: string[];
  /** How far from its edges a point still means "beside it" rather than "in it". */
  margin: number;
}

export interface Landing {
  parent: string;
  /** Position among the parent's children, not counting the one that moves. */
  index: number;
  /** Where to draw the mark: a line of zero thickness across the parent's axis. */
  line: Rect;
}

export function contains(rect: Rect, point: Point): boolean {
  return point.x >= rect.x && point.x < rect.x + rect.width && point.y >= rect.y && point.y < rect.y + rect.height;
}

/** What of `rect` lies within `area`. */
export function clipped(rect: Rect, area: Rect): Rect {
  const x = Math.max(rect.x, area.x);
  const y = Math.max(rect.y, area.y);
  const width = Math.max(0, Math.min(rect.x + rect.width, area.x + area.width) - x);
  return { x, y, width, height: Math.max(0, Math.min(rect.y + rect.height, area.y + area.height) - y) };
}

/**
 * The landing for `point`, or `null` when there is no `root` box.
 *
 * The innermost container under the point takes it; a point that misses everything counts for the root. Among that
 * container's children the position follows from their midpoints along its axis. `moving` and what is in it don't count.
 */
export function landing(boxes: ReadonlyMap<string, Box>, root: string, point: Point, moving: string | null): Landing | null {
  const top = boxes.get(root);
  if (!top) return null;
  let parent = top;
  for (;;) {
    const inner = parent.children
      .filter((id) => id !== moving)
      .map((id) => boxes.get(id))
      .find((box) => box !== undefined && box.container && contains(inset(box.rect, box.margin), point));
    if (!inner) break;
    parent = inner;
  }
  return landingIn(boxes, parent, point, moving);
}

function landingIn(boxes: ReadonlyMap<string, Box>, parent: Box, point: Point, moving: string | null): Landing {
  const vertical = parent.axis === "vertical";
  const siblings = parent.children.filter((id) => id !== moving);
  const shown = siblings.flatMap((id, index) => {
    const box = boxes.get(id);
    return box ? [{ index, rect: box.handle ?? box.rect }] : [];
  });
  const near = vertical ? shown : rowAt(shown, point.y);
  const at = vertical ? point.y : point.x;
  const next = near.find(({ rect }) => at < (vertical ? rect.y + rect.height / 2 : rect.x + rect.width / 2));
  const last = near[near.length - 1];
  const index = next ? next.index : last ? last.index + 1 : siblings.length;
  const before = next ? near[near.indexOf(next) - 1] : last;
  return { parent: parent.id, index, line: line(parent.rect, vertical, before?.rect, next?.rect) };
}

/** Of children that stand side by side in several rows, as in a grid, those of the row at `y`. */
function rowAt<T extends { rect: Rect }>(shown: readonly T[], y: number): T[] {
  const rows: T[][] = [];
  let bottom = -Infinity;
  for (const each of shown) {
    // Whatever begins below all that came before it begins a row.
    if (each.rect.y >= bottom - 1) rows.push([]);
    rows[rows.length - 1]!.push(each);
    bottom = Math.max(bottom, each.rect.y + each.rect.height);
  }
  const edge = (row: readonly T[]): number => Math.max(...row.map(({ rect }) => rect.y + rect.height));
  return rows.find((row) => y < edge(row)) ?? rows[rows.length - 1] ?? [];
}

/** Halfway between two neighbours, at the outer edge of the only one, near the start of an empty parent. */
function line(parent: Rect, vertical: boolean, before: Rect | undefined, next: Rect | undefined): Rect {
  const across = before ?? next;
  if (vertical) {
    const y = before && next ? (before.y + before.height + next.y) / 2 : before ? before.y + before.height + 3 : next ? next.y - 3 : parent.y + 6;
    const around = across ?? { ...parent, x: parent.x + 6, width: Math.max(0, parent.width - 12) };
    return { x: around.x, y, width: around.width, height: 0 };
  }
  const x = before && next ? (before.x + before.width + next.x) / 2 : before ? before.x + before.width + 3 : next ? next.x - 3 : parent.x + 6;
  const around = across ?? { ...parent, y: parent.y + 6, height: Math.max(0, parent.height - 12) };
  return { x, y: around.y, width: 0, height: around.height };
}

function inset(rect: Rect, margin: number): Rect {
  // Small boxes keep an inside: at most a quarter of them is edge.
  const x = Math.min(margin, rect.width / 4);
  const y = Math.min(margin, rect.height / 4);
  return { x: rect.x + x, y: rect.y + y, width: rect.width - 2 * x, height: rect.height - 2 * y };
}
