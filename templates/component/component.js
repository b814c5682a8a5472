/**
 * Draws the component. Called once; `update` is called with each change of a setting or of state.
 *
 * `component` has `fields` (the settings of component.toml, templates filled in), `value` (what it is bound
 * to), `disabled`, and `emit(event, payload)`, which calls the handler that the event is linked to.
 * Colours and sizes come from the page's theme: var(--accent), var(--text), var(--line), var(--radius) …
 */
export default function mount(element, component) {
  const START = -210;
  const SWEEP = 240;
  let now = component;

  const dial = svg("svg", { viewBox: "0 0 200 150", role: "slider", tabindex: "0" });
  const track = svg("path", { fill: "none", stroke: "var(--surface-3)", "stroke-width": "14", "stroke-linecap": "round" });
  const filled = svg("path", { fill: "none", stroke: "var(--accent)", "stroke-width": "14", "stroke-linecap": "round" });
  const number = svg("text", { x: "100", y: "104", "text-anchor": "middle", "font-size": "30", "font-weight": "600", fill: "var(--text)" });
  const digits = svg("tspan", {});
  const unit = svg("tspan", { "font-size": "15", "font-weight": "400", fill: "var(--text-2)" });
  number.append(digits, unit);
  const label = svg("text", { x: "100", y: "134", "text-anchor": "middle", "font-size": "14", fill: "var(--text-2)" });
  dial.append(track, filled, number, label);
  dial.style.cssText = "display: block; width: 100%; max-width: 260px; touch-action: none; border-radius: 8px";
  element.append(dial);

  dial.addEventListener("pointerdown", (event) => {
    if (now.disabled) return;
    const box = dial.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 200 - 100;
    const y = ((event.clientY - box.top) / box.height) * 150 - 96;
    const turned = ((Math.atan2(y, x) * 180) / Math.PI - START + 720) % 360;
    // Below the dial is nearer to one of its ends.
    const share = turned <= SWEEP ? turned / SWEEP : turned < (SWEEP + 360) / 2 ? 1 : 0;
    pick(now.fields.min + share * (now.fields.max - now.fields.min));
  });
  dial.addEventListener("keydown", (event) => {
    const { min, max } = now.fields;
    const step = (max - min) / 20;
    const keys = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageDown: -5 * step, PageUp: 5 * step, Home: min - max, End: max - min };
    if (!Object.hasOwn(keys, event.key) || now.disabled) return;
    event.preventDefault();
    pick(shown() + keys[event.key]);
  });

  function shown() {
    const value = Number(now.value ?? now.fields.value);
    return Math.min(now.fields.max, Math.max(now.fields.min, Number.isFinite(value) ? value : now.fields.min));
  }

  function pick(value) {
    now.emit("pick", Math.round(Math.min(now.fields.max, Math.max(now.fields.min, value)) * 100) / 100);
  }

  function draw() {
    const { min, max } = now.fields;
    const measure = now.fields.unit ? ` ${now.fields.unit}` : "";
    const share = max > min ? (shown() - min) / (max - min) : 0;
    track.setAttribute("d", arc(1));
    filled.setAttribute("d", arc(Math.max(share, 0.001)));
    digits.textContent = `${shown()}`;
    unit.textContent = measure;
    label.textContent = now.fields.label;
    const described = { "aria-label": now.fields.label, "aria-valuemin": min, "aria-valuemax": max, "aria-valuenow": shown(), "aria-valuetext": `${shown()}${measure}`, "aria-disabled": now.disabled };
    for (const [name, value] of Object.entries(described)) dial.setAttribute(name, String(value));
    dial.style.opacity = now.disabled ? "0.5" : "1";
  }

  function arc(share) {
    const point = (at) => {
      const angle = ((START + SWEEP * at) * Math.PI) / 180;
      return `${100 + 80 * Math.cos(angle)} ${96 + 80 * Math.sin(angle)}`;
    };
    return `M ${point(0)} A 80 80 0 ${SWEEP * share > 180 ? 1 : 0} 1 ${point(share)}`;
  }

  draw();
  return {
    update(component) {
      now = component;
      draw();
    },
    destroy() {
      // Timers, observers and listeners of the window would end here.
    },
  };
}

function svg(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
