/** What a map without tiles stands on: meridians and parallels, drawn here. Nothing is asked of anyone. */
import { type Coords, GridLayer, latLng, Layer, type Map as LeafletMap } from "leaflet";

const SVG = "http://www.w3.org/2000/svg";
const STEPS = [90, 60, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const NARROWEST_PX = 90;
const WIDEST_PARALLELS = 30;
// So far into a corner one name would lie on another.
const CORNER_PX = 56;

/** The finest step whose meridians are not too close to each other, in degrees. */
export function stepAt(zoom: number): number {
  const degreesPerPx = 360 / (256 * 2 ** zoom);
  return STEPS.findLast((step) => step >= degreesPerPx * NARROWEST_PX) ?? 90;
}

/** Multiples of `step` from `low` to before `high`, without what adds up in sums of fractions. */
export function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.ceil(high / step - 1e-9) - first);
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toFixed(3)));
}

export class Graticule extends GridLayer {
  protected override createTile(coords: Coords): HTMLElement {
    const tile = document.createElement("div");
    const size = this.getTileSize();
    const origin = coords.scaleBy(size);
    const [northWest, southEast] = [this._map.unproject(origin, coords.z), this._map.unproject(origin.add(size), coords.z)];
    const step = stepAt(coords.z);
    const svg = element("svg", { width: size.x, height: size.y, "aria-hidden": "true" });
    for (const lng of multiples(northWest.lng, southEast.lng, step)) {
      const x = Math.round(this._map.project(latLng(0, lng), coords.z).x - origin.x) + 0.5;
      svg.append(element("line", { x1: x, x2: x, y1: 0, y2: size.y }));
    }
    for (const lat of multiples(southEast.lat, northWest.lat, Math.min(step, WIDEST_PARALLELS))) {
      const y = Math.round(this._map.project(latLng(lat, 0), coords.z).y - origin.y) + 0.5;
      svg.append(element("line", { x1: 0, x2: size.x, y1: y, y2: y }));
    }
    tile.append(svg);
    return tile;
  }
}

/** The degrees of the lines, at the lower and the right edge of whatever part of the map is in view. */
export class Degrees extends Layer {
  private readonly svg = element("svg", { class: "map-degrees", "aria-hidden": "true" });

  override onAdd(map: LeafletMap): this {
    map.getContainer().append(this.svg);
    this.draw();
    return this;
  }

  override onRemove(): this {
    this.svg.remove();
    return this;
  }

  override getEvents() {
    return { move: this.draw, zoomend: this.draw, resize: this.draw };
  }

  private draw(): void {
    const map = this._map;
    const { x: width, y: height } = map.getSize();
    const bounds = map.getBounds();
    const step = stepAt(map.getZoom());
    const middle = map.getCenter();
    const names: SVGElement[] = [];
    for (const lng of multiples(bounds.getWest(), bounds.getEast(), step)) {
      const { x } = map.latLngToContainerPoint(latLng(middle.lat, lng));
      if (x > 0 && x < width - CORNER_PX) names.push(words(x + 4, height - 6, named(lng, "E", "W")));
    }
    for (const lat of multiples(bounds.getSouth(), bounds.getNorth(), Math.min(step, WIDEST_PARALLELS))) {
      const { y } = map.latLngToContainerPoint(latLng(lat, middle.lng));
      if (y > 16 && y < height - CORNER_PX / 2) names.push(words(width - 6, y - 4, named(lat, "N", "S"), "end"));
    }
    this.svg.replaceChildren(...names);
  }
}

function named(degrees: number, above: string, below: string): string {
  const around = ((((degrees + 180) % 360) + 360) % 360) - 180;
  const shown = Number((above === "E" ? around : degrees).toFixed(3));
  return shown === 0 ? "0°" : `${Math.abs(shown)}° ${shown > 0 ? above : below}`;
}

function words(x: number, y: number, text: string, anchor = "start"): SVGElement {
  const made = element("text", { x, y, "text-anchor": anchor });
  made.textContent = text;
  return made;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
