/** Markers as state has them: a list of mappings, or a mapping of ids to such. */
import { keysOf } from "./changes.ts";
import type { Json } from "./protocol.ts";

export interface Marker {
  /** By this the server knows it: its id, else its position. Unique among those of the map. */
  id: string;
  lat: number;
  lng: number;
  name: string;
  description: string;
}

/** `unplaced`: how many have no latitude and longitude that a place could have. */
export function markersOf(value: Json): { markers: Marker[]; unplaced: number } {
  const markers: Marker[] = [];
  const seen = new Set<string>();
  let unplaced = 0;
  for (const [own, item] of entriesOf(value)) {
    const fields = item !== null && typeof item === "object" && !Array.isArray(item) ? item : {};
    const [lat, lng] = [degrees(fields["lat"], 90), degrees(fields["lng"], 360)];
    if (lat === null || lng === null) {
      unplaced += 1;
      continue;
    }
    const id = Array.isArray(value) ? (plain(fields["id"]) ?? own) : own;
    // Of several with one id, the server knows the first.
    if (seen.has(id)) continue;
    seen.add(id);
    markers.push({ id, lat, lng, name: plain(fields["name"]) ?? "", description: plain(fields["description"]) ?? "" });
  }
  return { markers, unplaced };
}

function entriesOf(value: Json): [string, Json][] {
  if (value === null || typeof value !== "object") return [];
  return keysOf(value).map((key) => [key, (value as { [key: string]: Json })[key] ?? null]);
}

function degrees(value: Json | undefined, most: number): number | null {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  return typeof number === "number" && Math.abs(number) <= most ? number : null;
}

function plain(value: Json | undefined): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}
