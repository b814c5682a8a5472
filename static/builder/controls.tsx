/** Small controls with the names, tooltips and shortcuts that every place of the Builder uses the same way. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Icon, type IconNode } from "./icons.tsx";

interface ButtonProps {
  label: string;
  onClick: (event: MouseEvent) => void;
  icon?: IconNode;
  /** Shown in the tooltip, such as `Ctrl+Z`. */
  keys?: string;
  /** The tooltip, where it says more than the words that are seen. */
  tip?: string;
  disabled?: boolean;
  pressed?: boolean;
  class?: string;
}

/** An icon alone; its name is for the tooltip and for screen readers. */
export function IconButton({ icon, label, onClick, keys, tip, disabled, pressed, class: extra }: ButtonProps & { icon: IconNode }) {
  return (
    <button
      type="button"
      class={`icon-button ${extra ?? ""}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={keys?.replace("Ctrl", "Control")}
      data-tip={tip ?? label}
      data-keys={keys}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon icon={icon} />
    </button>
  );
}

export function Button({ icon, label, onClick, keys, tip, disabled, pressed, class: extra }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${extra ?? ""}`}
      aria-pressed={pressed}
      aria-keyshortcuts={keys?.replace("Ctrl", "Control")}
      data-tip={tip}
      data-keys={keys}
      disabled={disabled}
      onClick={onClick}
    >
      {icon && <Icon icon={icon} />}
      <span>{label}</span>
    </button>
  );
}

/** A wheel that turns one way only scrolls what lies side by side. */
export function scrollSideways(event: WheelEvent & { currentTarget: HTMLElement }): void {
  event.currentTarget.scrollLeft += event.deltaY;
}

/** A named region with a heading row. */
export function Region(props: { name: string; class?: string; head?: ComponentChildren; title?: ComponentChildren; children: ComponentChildren; style?: string }) {
  return (
    <section class={`region ${props.class ?? ""}`} aria-label={props.name} style={props.style}>
      <header class="region-head">
        <h2 class="region-title">{props.title ?? props.name}</h2>
        {props.head}
      </header>
      {props.children}
    </section>
  );
}

/** The line between two panes; dragged, or moved with the arrow keys. */
export function Splitter(props: { label: string; axis: "x" | "y"; value: number; min: number; max: number; onChange: (value: number) => void; invert?: boolean; scale?: number }) {
  const start = useRef({ at: 0, value: 0 });
  const along = (event: PointerEvent): number => (props.axis === "x" ? event.clientX : event.clientY);
  const set = (value: number): void => props.onChange(Math.round(Math.min(props.max, Math.max(props.min, value))));
  const sign = props.invert ? -1 : 1;
  return (
    <div
      class={`splitter splitter-${props.axis}`}
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation={props.axis === "x" ? "vertical" : "horizontal"}
      aria-valuenow={Math.round(props.value)}
      aria-valuemin={props.min}
      aria-valuemax={props.max}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: along(event), value: props.value };
        document.documentElement.dataset["resizing"] = props.axis;
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        set(start.current.value + sign * (along(event) - start.current.at) * (props.scale ?? 1));
      }}
      onLostPointerCapture={() => delete document.documentElement.dataset["resizing"]}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -16, ArrowUp: -16, ArrowRight: 16, ArrowDown: 16 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        set(props.value + sign * step * (props.scale ?? 1));
      }}
    />
  );
}

/** What an empty pane says: what it is for and what to do. */
export function Empty({ icon, title, children }: { icon?: IconNode; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      {icon && <Icon icon={icon} size={20} />}
      <p class="empty-title">{title}</p>
      {children && <p class="empty-text">{children}</p>}
    </div>
  );
}
