/** What stands at the pointer in a Vega-Lite chart: names and values, as text. */
import type { Json } from "./protocol.ts";
import { INDEX, isMapping } from "./vega_spec.ts";

const BESIDE_PX = 12;
const MOST = 20;

export class Tooltip {
  private element: HTMLElement | null = null;

  /** Vega calls this whenever the pointer comes to another mark; `value` is what its chart shows there. */
  readonly call = (_: unknown, event: MouseEvent, __: unknown, value: Json | undefined): void => {
    if (value === null || value === undefined || value === "") return this.hide();
    if (!this.element) {
      this.element = document.body.appendChild(document.createElement("div"));
      this.element.className = "vega-tooltip";
      // Whoever hears the page gets the chart's description.
      this.element.ariaHidden = "true";
    }
    this.element.replaceChildren(...lines(value));
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = event.clientX + BESIDE_PX + width > innerWidth ? event.clientX - BESIDE_PX - width : event.clientX + BESIDE_PX;
    const top = event.clientY + BESIDE_PX + height > innerHeight ? event.clientY - BESIDE_PX - height : event.clientY + BESIDE_PX;
    this.element.style.left = `${Math.max(0, left)}px`;
    this.element.style.top = `${Math.max(0, top)}px`;
  };

  hide(): void {
    this.element?.remove();
    this.element = null;
  }
}

function lines(value: Json): (Node | string)[] {
  if (!isMapping(value)) return [text(value)];
  const shown = Object.entries(value).filter(([name]) => name !== INDEX && name !== "_vgsid_");
  return shown.slice(0, MOST).map(([name, each]) => {
    const line = document.createElement("div");
    const label = line.appendChild(document.createElement("span"));
    label.textContent = name;
    line.append(text(each));
    return line;
  });
}

function text(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
