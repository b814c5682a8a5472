/** Where keys lead in a grid, as the ARIA authoring practices have it. Row -1 is the head. */

export interface At {
  row: number;
  column: number;
}

export interface Bounds {
  rows: number;
  columns: number;
  /** How many rows a page is. */
  page: number;
}

/** Where `key` leads from `at`; `null` if it leads nowhere. */
export function cellAfter(key: string, ctrl: boolean, { row, column }: At, { rows, columns, page }: Bounds): At | null {
  const to = (nextRow: number, nextColumn: number): At => ({
    row: Math.max(-1, Math.min(rows - 1, nextRow)),
    column: Math.max(0, Math.min(columns - 1, nextColumn)),
  });
  switch (key) {
    case "ArrowUp":
      return ctrl ? to(0, column) : to(row - 1, column);
    case "ArrowDown":
      return ctrl ? to(rows - 1, column) : to(row + 1, column);
    case "ArrowLeft":
      return ctrl ? to(row, 0) : to(row, column - 1);
    case "ArrowRight":
      return ctrl ? to(row, columns - 1) : to(row, column + 1);
    case "Home":
      return ctrl ? to(0, 0) : to(row, 0);
    case "End":
      return ctrl ? to(rows - 1, columns - 1) : to(row, columns - 1);
    case "PageUp":
      return to(Math.max(0, row - page), column);
    case "PageDown":
      return to(row + page, column);
    default:
      return null;
  }
}
