/** The head of a grid: a column's name sorts, its button opens what else there is, its edge is dragged. */
import { ArrowDown, ArrowUp, ListFilter } from "lucide";
import { useRef } from "preact/hooks";
import { Icon } from "../../app/icon.tsx";
import type { Column, Sorting } from "../../app/table.ts";

interface HeadCellProps {
  column: Column;
  index: number;
  active: boolean;
  direction: Sorting["direction"] | null;
  filtered: boolean;
  /** Whether it sorts and filters. */
  works: boolean;
  open: boolean;
  width: number;
  onSort(): void;
  onOpen(): void;
  onWidth(width: number): void;
  onFit(): void;
}

export function HeadCell({ column: { name, type }, index, active, direction, filtered, works, open, width, onSort, onOpen, onWidth, onFit }: HeadCellProps) {
  const tabIndex = active ? 0 : -1;
  return (
    <th class={`${type}${filtered ? " filtered" : ""}`} scope="col" aria-colindex={index + 1} aria-sort={direction ?? "none"} tabIndex={works || !active ? undefined : 0}>
      {works ? (
        <button type="button" class="head-name" tabIndex={tabIndex} aria-keyshortcuts="Alt+ArrowDown Shift+ArrowLeft Shift+ArrowRight" onClick={onSort}>
          <span>{name}</span>
          {direction && <Icon icon={direction === "ascending" ? ArrowUp : ArrowDown} />}
        </button>
      ) : (
        <span class="head-name">
          <span>{name}</span>
        </span>
      )}
      {works && (
        <button type="button" class="head-more" tabIndex={-1} aria-label={`Filter and more: ${name}${filtered ? ", filtered" : ""}`} aria-haspopup="dialog" aria-expanded={open} onClick={onOpen}>
          <Icon icon={ListFilter} />
        </button>
      )}
      <Edge width={width} onWidth={onWidth} onFit={onFit} />
    </th>
  );
}

/** For pointers; keys have Shift with an arrow, and the column's panel has a number. */
function Edge({ width, onWidth, onFit }: Pick<HeadCellProps, "width" | "onWidth" | "onFit">) {
  const start = useRef<{ x: number; width: number } | null>(null);
  return (
    <span
      class="head-edge"
      aria-hidden="true"
      onPointerDown={(event) => {
        start.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={({ clientX }) => start.current && onWidth(start.current.width + clientX - start.current.x)}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
      onDblClick={onFit}
    />
  );
}
