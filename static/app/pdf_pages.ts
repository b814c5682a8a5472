/** Where the pages of a document stand below each other, and what a search finds in their texts. */

export interface Size {
  width: number;
  height: number;
}

/** Between pages, and around them. */
export const GAP = 12;

/** The top of each page, and at the end that of one more. */
export function pageTops(sizes: readonly Size[], scale: number): number[] {
  const tops = [GAP];
  for (const { height } of sizes) tops.push((tops.at(-1) ?? 0) + Math.floor(height * scale) + GAP);
  return tops;
}

/** The page, counted from 0, that stands at `y`; of the gap below a page, that page. */
export function pageAt(tops: readonly number[], y: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Found {
  /** Counted from 0. */
  page: number;
  /** Which one within its page. */
  index: number;
}

/** Where `wanted` begins in a text, whatever the case of its letters. */
export function placesOf(text: string, wanted: string): number[] {
  const [all, sought] = [text.toLowerCase(), wanted.toLowerCase()];
  const places: number[] = [];
  if (sought === "") return places;
  for (let at = all.indexOf(sought); at >= 0; at = all.indexOf(sought, at + sought.length)) places.push(at);
  return places;
}
