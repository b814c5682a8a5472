/** Where in a text a path of state is being typed, and what completing it makes of the text. Pure functions. */
import type { StatePlace } from "./protocol.ts";

export interface OpenPath {
  /** The parts before the one that is being typed. */
  above: string[];
  /** What has been typed of the last part, without escapes. */
  partial: string;
  /** Where that part begins in the text. */
  from: number;
}

/** The path that `text` has open at `caret`; `bare`: the whole text is a path, as bindings are. */
export function openPath(text: string, caret: number, bare = false): OpenPath | null {
  const before = text.slice(0, caret);
  let start = 0;
  if (!bare) {
    start = before.lastIndexOf("@{") + 2;
    if (start < 2 || before[start - 3] === "\\") return null;
  }
  const parts: string[] = [];
  let word = "";
  let from = start;
  for (let at = start; at < before.length; at++) {
    const letter = before[at]!;
    if (letter === "\\" && at + 1 < before.length) word += before[++at];
    else if (letter === ".") {
      parts.push(word);
      word = "";
      from = at + 1;
      // Brackets take paths of their own: nothing is offered there.
    } else if ("{}[]".includes(letter)) return null;
    else word += letter;
  }
  return { above: parts, partial: word, from };
}

/** The places whose keys go on from `partial`; a start counts more than a middle. Hidden keys are offered to nobody. */
export function matchingPlaces(places: readonly StatePlace[], partial: string): StatePlace[] {
  const wanted = partial.toLowerCase();
  return places
    .map((place) => ({ place, at: String(place.key).toLowerCase().indexOf(wanted) }))
    .filter(({ place, at }) => at >= 0 && !String(place.key).startsWith("_"))
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0))
    .map(({ place }) => place);
}

/** The text with the part that was being typed made whole, and where the caret stands then. */
export function completed(text: string, caret: number, open: OpenPath, place: StatePlace, bare = false): { text: string; caret: number } {
  const key = String(place.key).replace(/[\\.[\]{}]/g, "\\$&");
  const goesOn = place.kind === "object" && (place.size ?? 0) > 0;
  const rest = text.slice(caret);
  const end = bare || goesOn || rest.startsWith("}") ? "" : "}";
  const head = text.slice(0, open.from) + key + (goesOn ? "." : end);
  return { text: head + rest, caret: head.length + (!bare && !goesOn && rest.startsWith("}") ? 1 : 0) };
}
