/** The panes below the canvas as values: which stand side by side, which share a place as tabs, what is closed or enlarged. */

export const PANES = ["code", "log", "state", "history", "handlers", "problems", "search"] as const;
export type PaneName = (typeof PANES)[number];

/** Panes in one place, one of them shown. */
export interface PaneGroup {
  panes: readonly PaneName[];
  shown: PaneName;
  open: boolean;
  /** Of the width, beside the other open groups. */
  share: number;
}

/** Every pane stands in exactly one group. */
export interface Dock {
  groups: readonly PaneGroup[];
  /** The pane whose group has all the room for now. */
  enlarged: PaneName | null;
}

export const FIRST_DOCK: Dock = {
  groups: [
    { panes: ["code"], shown: "code", open: true, share: 54 },
    { panes: ["log", "state", "history", "handlers", "problems", "search"], shown: "log", open: true, share: 46 },
  ],
  enlarged: null,
};

const LEAST_SHARE = 0.12;

export function groupOf(dock: Dock, pane: PaneName): PaneGroup {
  return dock.groups.find((group) => group.panes.includes(pane))!;
}

export function isShown(dock: Dock, pane: PaneName): boolean {
  const group = groupOf(dock, pane);
  return group.open && group.shown === pane && (dock.enlarged === null || group.panes.includes(dock.enlarged));
}

/** The groups that can be seen, from left to right. */
export function seenGroups(dock: Dock): readonly PaneGroup[] {
  const open = dock.groups.filter((group) => group.open);
  const large = dock.enlarged && open.find((group) => group.panes.includes(dock.enlarged!));
  return large ? [large] : open;
}

export function showPane(dock: Dock, pane: PaneName): Dock {
  const groups = dock.groups.map((group) => (group.panes.includes(pane) ? { ...group, shown: pane, open: true } : group));
  const stays = dock.enlarged !== null && groupOf(dock, pane).panes.includes(dock.enlarged);
  return { groups, enlarged: stays ? pane : null };
}

/** Closes the place of a pane; what shares it is closed with it. */
export function closePane(dock: Dock, pane: PaneName): Dock {
  const closing = groupOf(dock, pane);
  const large = dock.enlarged !== null && closing.panes.includes(dock.enlarged);
  return { groups: dock.groups.map((group) => (group === closing ? { ...group, open: false } : group)), enlarged: large ? null : dock.enlarged };
}

export function enlargePane(dock: Dock, pane: PaneName): Dock {
  const large = dock.enlarged !== null && groupOf(dock, pane).panes.includes(dock.enlarged);
  return large ? { ...dock, enlarged: null } : { ...showPane(dock, pane), enlarged: pane };
}

/** A place of its own for a pane, at the right of the one that it shared, or at `side` of another group. */
export function besidePane(dock: Dock, pane: PaneName, other: PaneGroup = groupOf(dock, pane), side: "left" | "right" = "right"): Dock {
  const from = groupOf(dock, pane);
  if (from.panes.length === 1 && from === other) return dock;
  const { groups: rest, free } = without(dock, pane);
  const at = rest.findIndex((group) => group.panes.some((each) => other.panes.includes(each)));
  const split = rest[at]!;
  // What had a place of its own keeps its width; else the two share that of the one.
  const own: PaneGroup = { panes: [pane], shown: pane, open: true, share: free || split.share / 2 };
  const half = free ? split : { ...split, share: split.share / 2 };
  return { groups: [...rest.slice(0, at), ...(side === "right" ? [half, own] : [own, half]), ...rest.slice(at + 1)], enlarged: null };
}

/** A pane as a tab among those of another group, before one of them or at the end. */
export function joinPane(dock: Dock, pane: PaneName, other: PaneGroup, before: PaneName | null = null): Dock {
  if (before === pane) return dock;
  const anchor = other.panes.find((each) => each !== pane);
  if (anchor === undefined) return dock;
  const { groups: rest, free } = without(dock, pane);
  const groups = rest.map((group) => {
    if (!group.panes.includes(anchor)) return group;
    const at = before === null ? group.panes.length : group.panes.indexOf(before);
    return { ...group, panes: [...group.panes.slice(0, at), pane, ...group.panes.slice(at)], shown: pane, open: true, share: group.share + free };
  });
  return { groups, enlarged: null };
}

/** The groups that remain when a pane leaves, and the room of one that is empty then. */
function without(dock: Dock, pane: PaneName): { groups: PaneGroup[]; free: number } {
  const groups: PaneGroup[] = [];
  let free = 0;
  for (const group of dock.groups) {
    const panes = group.panes.filter((each) => each !== pane);
    if (!panes.length) free += group.share;
    else groups.push({ ...group, panes, shown: group.shown === pane ? panes[0]! : group.shown });
  }
  return { groups, free };
}

/** Moves the line behind the open group `left` by a fraction of the width of all. */
export function moveLine(dock: Dock, left: PaneGroup, by: number): Dock {
  const open = dock.groups.filter((group) => group.open);
  const right = open[open.indexOf(left) + 1];
  if (!right) return dock;
  const all = open.reduce((sum, group) => sum + group.share, 0);
  const least = Math.min(LEAST_SHARE * all, left.share, right.share);
  const both = left.share + right.share;
  const share = Math.min(both - least, Math.max(least, left.share + by * all));
  return { ...dock, groups: dock.groups.map((group) => (group === left ? { ...group, share } : group === right ? { ...group, share: both - share } : group)) };
}

/** A dock of what was kept, perhaps by another version: unknown panes are left out, missing ones stand in the last group. */
export function soundDock(kept: unknown): Dock {
  const found = (kept as Partial<Dock> | null)?.groups;
  if (!Array.isArray(found)) return FIRST_DOCK;
  const seen = new Set<PaneName>();
  const groups: PaneGroup[] = [];
  for (const each of found as Partial<PaneGroup>[]) {
    const panes = (Array.isArray(each?.panes) ? each.panes : []).filter((pane) => PANES.includes(pane) && !seen.has(pane));
    panes.forEach((pane) => seen.add(pane));
    if (!panes.length) continue;
    const share = typeof each.share === "number" && each.share > 0 ? each.share : 50;
    groups.push({ panes, shown: panes.includes(each.shown!) ? each.shown! : panes[0]!, open: each.open !== false, share });
  }
  const missing = PANES.filter((pane) => !seen.has(pane));
  const last = groups.pop();
  if (!last) return FIRST_DOCK;
  const sound: Dock = { groups: [...groups, { ...last, panes: [...last.panes, ...missing] }], enlarged: null };
  const large = PANES.find((pane) => pane === (kept as Partial<Dock>).enlarged);
  return large && groupOf(sound, large).open ? { ...sound, enlarged: large } : sound;
}
