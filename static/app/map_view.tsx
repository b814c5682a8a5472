/** A Leaflet map that follows its settings: what changes in state changes in place, and where one looks stays. */
import { divIcon, type LatLng, latLngBounds, type LeafletKeyboardEvent, map as createMap, type Map as LeafletMap, marker as createMarker, type Marker as Pin, type TileLayer, tileLayer } from "leaflet";
import leafletStyle from "leaflet/dist/leaflet.css" with { type: "text" };
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useDerived } from "./hooks.ts";
import type { Instance } from "./instance.ts";
import { Degrees, Graticule } from "./map_graticule.ts";
import { type Marker, markersOf } from "./map_markers.ts";
import { tileAddress } from "./urls.ts";

const WORLD: [number, number] = [20, 10];
const CLOSEST_FIT = 12;
const LAST_ZOOM = 19;
const SVG = "http://www.w3.org/2000/svg";

let styled = false;

/** Leaflet's own rules; with the script, because only a page with a map needs them. */
function addStyle(): void {
  if (styled) return;
  styled = true;
  const sheet = new CSSStyleSheet();
  // Its pictures are of controls that we don't use, and would be looked for beside the page.
  // In a layer, so that the page's own rules have the last word.
  sheet.replaceSync(`@layer leaflet { ${leafletStyle.replace(/url\([^)]*\)/g, "none")} }`);
  document.adoptedStyleSheets.push(sheet);
}

export function MapView({ c, height }: { c: Instance; height: number }) {
  const place = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<LeafletMap | null>(null);
  const { markers, unplaced } = useDerived(() => markersOf(c.value("markers").value), [c]).value;
  const view = { lat: c.number("latitude"), lng: c.number("longitude"), zoom: c.number("zoom") };
  const tiles = tileAddress(c.text("tile_url").value, c.session.bootstrap.base);
  const attribution = c.text("attribution").value;
  const current = useRef(c);
  current.current = c;

  useLayoutEffect(() => {
    if (!place.current) return;
    addStyle();
    const created = open(place.current, (at) => tellPlace(current.current, at));
    setMap(created);
    const watching = new ResizeObserver(() => created.invalidateSize({ animate: false }));
    watching.observe(place.current);
    return () => {
      watching.disconnect();
      created.remove();
    };
  }, []);

  useView(map, view, markers);
  usePins(map, markers, current);
  const failing = useTiles(map, tiles);
  const pressed = c.listens("wf-map-click");
  return (
    <>
      <div class="map" style={{ height: `${height}px` }}>
        <div
          ref={place}
          class={pressed ? "map-place pressable" : "map-place"}
          role="region"
          aria-label={c.text("label").value || "Map"}
          aria-describedby={`${c.domId}/keys`}
        />
        {pressed && <span class="map-middle" aria-hidden="true" />}
        {attribution && <span class="map-attribution">{attribution}</span>}
      </div>
      <span id={`${c.domId}/keys`} class="visually-hidden">
        Arrows move the map, plus and minus zoom{pressed ? ", Enter presses in the middle" : ""}.
      </span>
      {failing && <p class="help" role="status">Some of the map’s tiles can’t be loaded.</p>}
      {c.session.editing && unplaced > 0 && <p class="help">{unplaced === 1 ? "One marker has" : `${unplaced} markers have`} no lat and lng, and can’t be shown.</p>}
    </>
  );
}

function open(place: HTMLElement, onPress: (at: LatLng) => void): LeafletMap {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = createMap(place, {
    center: WORLD,
    zoom: 1,
    attributionControl: false,
    maxZoom: LAST_ZOOM,
    worldCopyJump: true,
    // A page that is scrolled must not be caught by its map; who has pressed it means it.
    scrollWheelZoom: false,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
  });
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  map.on("click", ({ latlng }) => onPress(latlng));
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== place) return;
    event.preventDefault();
    onPress(map.getCenter());
  });
  new Graticule().addTo(map);
  new Degrees().addTo(map);
  return map;
}

function tellPlace(c: Instance, at: LatLng): void {
  if (!c.listens("wf-map-click")) return;
  const { lat, lng } = at.wrap();
  // Seven digits are a centimetre.
  void c.emit("wf-map-click", { lat: Math.max(-90, Math.min(90, Number(lat.toFixed(7)))), lng: Number(lng.toFixed(7)) });
}

interface View {
  lat: number | null;
  lng: number | null;
  zoom: number | null;
}

/** Goes where the settings say whenever they say something new; without a middle, once to all markers. */
function useView(map: LeafletMap | null, { lat, lng, zoom }: View, markers: readonly Marker[]): void {
  const fitted = useRef(false);
  useEffect(() => {
    if (!map) return;
    if (lat !== null && lng !== null) map.setView([lat, lng], zoom ?? 5, { animate: false });
    else fitted.current = false;
  }, [map, lat, lng, zoom]);
  useEffect(() => {
    if (!map || fitted.current || markers.length === 0 || (lat !== null && lng !== null)) return;
    fitted.current = true;
    const bounds = latLngBounds(markers.map((each) => [each.lat, each.lng]));
    if (zoom !== null) map.setView(bounds.getCenter(), zoom, { animate: false });
    else map.fitBounds(bounds, { padding: [40, 40], maxZoom: CLOSEST_FIT, animate: false });
  }, [map, lat, lng, zoom, markers]);
}

function usePins(map: LeafletMap | null, markers: readonly Marker[], current: { readonly current: Instance }): void {
  const pins = useRef(new Map<string, { marker: Marker; pin: Pin }>());
  const listens = current.current.listens("wf-marker-click");
  useEffect(() => {
    if (!map) return;
    const there = pins.current;
    const wanted = new Set(markers.map(({ id }) => id));
    for (const [id, { pin }] of there) {
      if (wanted.has(id)) continue;
      pin.remove();
      there.delete(id);
    }
    for (const marker of markers) {
      const before = there.get(marker.id);
      if (before && before.marker.name === marker.name && before.marker.description === marker.description) {
        if (before.marker.lat !== marker.lat || before.marker.lng !== marker.lng) before.pin.setLatLng([marker.lat, marker.lng]);
        before.marker = marker;
        continue;
      }
      const pin = before?.pin ?? addPin(map, marker, current);
      describe(pin.setLatLng([marker.lat, marker.lng]), marker);
      there.set(marker.id, { marker, pin });
    }
  }, [map, markers]);
  useEffect(() => {
    for (const { pin } of pins.current.values()) pin.getElement()?.classList.toggle("pressable", listens);
  }, [map, markers, listens]);
  useEffect(() => () => pins.current.clear(), [map]);
}

function addPin(map: LeafletMap, { id, lat, lng }: Marker, current: { readonly current: Instance }): Pin {
  const pin = createMarker([lat, lng], { icon: divIcon({ className: "map-pin", html: drawnPin(), iconSize: [24, 32], iconAnchor: [12, 31], tooltipAnchor: [0, -26] }) });
  const press = () => {
    if (current.current.listens("wf-marker-click")) void current.current.emit("wf-marker-click", { id });
  };
  pin.on("click", press);
  pin.on("keydown", ({ originalEvent: event }: LeafletKeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
  });
  return pin.addTo(map);
}

/** Names are text nodes: Leaflet would take a string for HTML. */
function describe(pin: Pin, { name, description }: Marker): void {
  const element = pin.getElement();
  element?.setAttribute("aria-label", [name, description].filter(Boolean).join(", ") || "Marker");
  pin.unbindTooltip();
  if (!name && !description) return;
  const words = document.createElement("div");
  if (name) words.append(Object.assign(document.createElement("strong"), { textContent: name }));
  if (description) words.append(Object.assign(document.createElement("span"), { textContent: description }));
  pin.bindTooltip(words, { direction: "top", className: "map-words" });
}

function drawnPin(): HTMLElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 32");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, attributes] of [
    ["path", { d: "M12 31C12 31 23 19.6 23 12A11 11 0 0 0 1 12C1 19.6 12 31 12 31Z" }],
    ["circle", { cx: "12", cy: "12", r: "4" }],
  ] as const) {
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  // Leaflet wants an HTML element.
  const holder = document.createElement("span");
  holder.append(svg);
  return holder;
}

/** Whether tiles fail to come; below them stays the grid. */
function useTiles(map: LeafletMap | null, address: string | null): boolean {
  const [failing, setFailing] = useState(false);
  useEffect(() => {
    setFailing(false);
    if (!map || address === null) return;
    // Many tile servers answer only those who say where they come from; the origin is enough.
    const layer: TileLayer = tileLayer(address, { maxZoom: LAST_ZOOM, referrerPolicy: "origin" });
    layer.on("tileerror", () => setFailing(true));
    layer.addTo(map);
    return () => void layer.remove();
  }, [map, address]);
  return failing;
}
