/** How wide a column must be for what it shows. */
import { NARROWEST } from "../../app/table_columns.ts";

const SPACE = 26;
const MOST = 600;

/** Of the cells that are drawn and the name; `fallback` where nothing can be measured. */
export function fittingWidth(root: HTMLElement | null, index: number, fallback: number): number {
  const cells = root?.querySelectorAll<HTMLElement>(`[aria-colindex="${index}"]`) ?? [];
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen || cells.length === 0) return fallback;
  let widest = 0;
  for (const cell of cells) {
    const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(cell);
    pen.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    // The name shares its cell with its buttons.
    const beside = cell.tagName === "TH" ? 44 : 0;
    widest = Math.max(widest, pen.measureText(cell.textContent ?? "").width + beside);
  }
  return Math.min(MOST, Math.max(NARROWEST, Math.ceil(widest + SPACE)));
}
