/**
 * The Builder's agent in the previewed page. Loaded in edit mode only, in the Builder's frame only. It says
 * where components are, takes clicks, drags and keys for the Builder, and obeys it; nobody else is heard.
 */
import { effect } from "@preact/signals";
import { watchLayout } from "./agent_layout.ts";
import { type FromAgent, readToAgent, type ToAgent } from "./agent_messages.ts";
import { isTyping, MODIFIERS } from "./dom_events.ts";
import { isSecondUser } from "./second_user.ts";
import type { Session } from "./session.ts";

export function startAgent(session: Session, builderOrigin: string): void {
  const tell = (message: FromAgent) => window.parent.postMessage({ mainspring: 1, ...message }, builderOrigin);
  const pageKey = () => session.page.peek()?.id ?? "";
  if (isSecondUser()) return startSecond(session, builderOrigin, tell);
  const measure = watchLayout(() => session.page.peek(), (layout) => tell({ type: "layout", ...layout }));
  const design = (on: boolean) => {
    session.designing.value = on;
    document.documentElement.classList.toggle("designing", on);
  };
  design(true);
  const hand = new Hand(tell, pageKey);

  const obey = (message: ToAgent) => {
    switch (message.type) {
      case "connect":
        tell({ type: "ready", page: pageKey() });
        tell({ type: "session", id: session.id.peek() });
        return measure();
      case "measure":
        return measure();
      case "select":
        hand.selected = new Set(message.ids);
        session.wanted.value = message.ids[0] ?? null;
        return;
      case "use":
        design(!message.on);
        return hand.use(message.on);
      case "open":
        session.wanted.value = message.id;
        return;
      case "reveal":
        return reveal(message.id);
      case "scroll":
        return window.scrollBy(message.x, message.y);
      case "page":
        return void session.open({ key: message.key, routeVars: {} });
    }
  };
  window.addEventListener("message", (event) => {
    if (event.origin !== builderOrigin || event.source !== window.parent) return;
    const message = readToAgent(event.data);
    if (message) obey(message);
  });

  hand.listen();
  let shown = pageKey();
  effect(() => {
    const key = session.page.value?.id;
    if (key === undefined || key === shown) return;
    tell(shown === "" ? { type: "ready", page: key } : { type: "page", key });
    shown = key;
  });
  tell({ type: "ready", page: pageKey() });
  effect(() => tell({ type: "session", id: session.id.value }));
  measure();
}

/** Beside the canvas: nothing is selected or measured here, it is used; the Builder learns whose session it is. */
function startSecond(session: Session, builderOrigin: string, tell: (message: FromAgent) => void): void {
  const hand = new Hand(tell, () => session.page.peek()?.id ?? "");
  hand.use(true);
  hand.listen();
  const introduce = () => {
    tell({ type: "session", id: session.id.peek() });
    tell({ type: "ready", page: session.page.peek()?.id ?? "" });
  };
  window.addEventListener("message", (event) => {
    if (event.origin !== builderOrigin || event.source !== window.parent) return;
    const message = readToAgent(event.data);
    if (message?.type === "connect") introduce();
    else if (message?.type === "page") session.open({ key: message.key, routeVars: {} });
  });
  effect(() => {
    if (session.id.value && session.page.value) introduce();
  });
}

function reveal(id: string): void {
  const element = document.querySelector(`[data-component="${CSS.escape(id)}"]`);
  const rect = element?.getBoundingClientRect();
  if (!element || !rect || (rect.top >= 0 && rect.bottom <= window.innerHeight)) return;
  element.scrollIntoView({ block: rect.height > window.innerHeight ? "start" : "center", behavior: "instant" });
}

/** A component at `target`; of what is shown a second time, that which shows it. */
function componentAt(target: EventTarget | null): string | null {
  let element = target instanceof Element ? target.closest<HTMLElement>("[data-component]") : null;
  for (let around = element; around; around = around.parentElement?.closest<HTMLElement>("[data-reuses]") ?? null) {
    if (around.dataset["reuses"] !== undefined) element = around;
  }
  return element?.dataset["component"] ?? null;
}

/** What a press at `target` selects: a tab's button stands for the tab. */
function selectedBy(target: EventTarget | null): string | null {
  const part = target instanceof Element ? target.closest<HTMLElement>("[data-selects], [data-component]") : null;
  const around = part?.closest<HTMLElement>("[data-reuses]");
  return around ? componentAt(target) : (part?.dataset["selects"] ?? componentAt(target));
}

/** What a press at `target` adds. */
function addedBy(target: EventTarget | null): { parent: string; child: string } | null {
  const child = target instanceof Element ? target.closest<HTMLElement>("[data-adds]")?.dataset["adds"] : undefined;
  const parent = componentAt(target);
  return child === undefined || parent === null ? null : { parent, child };
}

// As far as a pointer moves in a click of an unsteady hand.
const DRAG_THRESHOLD_PX = 4;
// What scrolls the page while something is dragged near its edge.
const EDGE_PX = 40;
const EDGE_STEP_PX = 14;

interface Press {
  id: string;
  pointer: number;
  x: number;
  y: number;
  /** It selects and the app doesn't see it; otherwise it acts. */
  ours: boolean;
  dragging: boolean;
  /** Where the pointer is now. */
  at: { x: number; y: number };
}

/** The pointer and the keyboard in the previewed page. */
class Hand {
  selected: ReadonlySet<string> = new Set();
  private using = false;
  private press: Press | null = null;
  private swallowClick = false;
  /** What the coming click will select. */
  private pick: string | null = null;
  /** What the coming click will add, and to what. */
  private adding: { parent: string; child: string } | null = null;
  private hovered: string | null = null;
  private edgeTimer = 0;

  constructor(
    private readonly tell: (message: FromAgent) => void,
    private readonly page: () => string,
  ) {}

  use(on: boolean): void {
    this.using = on;
    this.cancel();
    if (on) this.hover(null);
    document.documentElement.classList.toggle("using", on);
  }

  listen(): void {
    const on = <K extends keyof WindowEventMap>(name: K, listener: (event: WindowEventMap[K]) => void) =>
      window.addEventListener(name, listener, { capture: true });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", () => this.cancel());
    on("mousedown", (event) => this.guard(event));
    on("mouseup", (event) => this.guard(event));
    on("click", (event) => this.click(event));
    on("dblclick", (event) => this.doubleClick(event));
    on("dragstart", (event) => !this.using && event.preventDefault());
    on("keydown", (event) => this.key(event));
    on("keyup", (event) => this.copyInstead(event));
    document.documentElement.addEventListener("pointerleave", () => this.press?.dragging || this.hover(null));
    window.addEventListener("blur", () => this.cancel());
  }

  private down(event: PointerEvent): void {
    this.swallowClick = false;
    this.pick = null;
    this.adding = this.using || event.button !== 0 ? null : addedBy(event.target);
    if (this.adding) {
      this.swallowClick = true;
      return stop(event);
    }
    const id = this.using || event.button !== 0 ? null : selectedBy(event.target);
    if (id === null) return;
    // Of several, a press may begin to drag all, and a click selects the one.
    const ours = !this.selected.has(id) || this.selected.size > 1 || event.ctrlKey || event.metaKey || event.shiftKey;
    // A press in a selected input is the input's: it may begin to select text.
    const draggable = ours || !isTyping(event.target);
    if (draggable) this.press = { id, pointer: event.pointerId, x: event.clientX, y: event.clientY, ours, dragging: false, at: { x: event.clientX, y: event.clientY } };
    this.swallowClick = ours;
    if (ours) this.pick = id;
    if (ours) stop(event);
  }

  private move(event: PointerEvent): void {
    const { press } = this;
    if (!press) return this.using ? undefined : this.hover(selectedBy(event.target));
    if (event.pointerId !== press.pointer) return;
    if (!press.dragging) {
      if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < DRAG_THRESHOLD_PX) return;
      if (!this.begin(press)) return;
    }
    stop(event);
    press.at = { x: event.clientX, y: event.clientY };
    this.tell({ type: "drag", phase: "move", id: press.id, x: event.clientX, y: event.clientY, alt: event.altKey });
    this.scrollAtEdge(event.clientY);
  }

  private begin(press: Press): boolean {
    if (press.id === this.page()) {
      this.press = null;
      return false;
    }
    press.dragging = true;
    this.swallowClick = true;
    this.pick = null;
    document.documentElement.setPointerCapture(press.pointer);
    document.documentElement.classList.add("dragging");
    getSelection()?.removeAllRanges();
    this.hover(null);
    this.tell({ type: "drag", phase: "start", id: press.id, x: press.x, y: press.y, alt: false });
    return true;
  }

  private up(event: PointerEvent): void {
    const { press } = this;
    if (!press || event.pointerId !== press.pointer) return;
    if (press.dragging || press.ours) stop(event);
    this.end(press.dragging ? "drop" : null, event.clientX, event.clientY, event.altKey);
  }

  private cancel(): void {
    this.end(this.press?.dragging ? "cancel" : null, 0, 0);
  }

  private end(phase: "drop" | "cancel" | null, x: number, y: number, alt = false): void {
    const { press } = this;
    this.press = null;
    cancelAnimationFrame(this.edgeTimer);
    document.documentElement.classList.remove("dragging");
    if (press && phase) this.tell({ type: "drag", phase, id: press.id, x, y, alt });
  }

  /** Keeps focus, selections and native lists from beginning where a press only selects. */
  private guard(event: MouseEvent): void {
    if (this.swallowClick) stop(event);
  }

  private click(event: MouseEvent): void {
    // The second click of a double one opens the handler; it doesn't act as well.
    const second = !this.using && event.detail > 1 && !isTyping(event.target);
    if (!this.swallowClick && !second) return;
    this.swallowClick = false;
    stop(event);
    const { pick: id, adding } = this;
    this.pick = null;
    this.adding = null;
    if (adding) return this.tell({ type: "add", ...adding });
    if (id === null || event.detail > 1) return;
    // The canvas takes the focus, so that keys mean what was clicked, not what was typed in before.
    window.focus();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this.tell({ type: "picked", id, additive: event.ctrlKey || event.metaKey || event.shiftKey });
  }

  private doubleClick(event: MouseEvent): void {
    const id = this.using ? null : componentAt(event.target);
    if (id === null || (isTyping(event.target) && this.selected.has(id) && event.target === document.activeElement)) return;
    stop(event);
    this.tell({ type: "opened", id });
  }

  private hover(id: string | null): void {
    if (id === this.hovered) return;
    this.hovered = id;
    this.tell({ type: "hovered", id });
  }

  private scrollAtEdge(y: number): void {
    cancelAnimationFrame(this.edgeTimer);
    const by = y < EDGE_PX ? -EDGE_STEP_PX : y > window.innerHeight - EDGE_PX ? EDGE_STEP_PX : 0;
    if (by === 0) return;
    const step = () => {
      window.scrollBy(0, by);
      this.edgeTimer = requestAnimationFrame(step);
    };
    this.edgeTimer = requestAnimationFrame(step);
  }

  /** Alt copies, also when it is pressed while the pointer rests. */
  private copyInstead(event: KeyboardEvent): void {
    const { press } = this;
    if (event.key !== "Alt" || !press?.dragging) return;
    // Else the browser's menu takes the keyboard.
    event.preventDefault();
    this.tell({ type: "drag", phase: "move", id: press.id, x: press.at.x, y: press.at.y, alt: event.type === "keydown" });
  }

  private key(event: KeyboardEvent): void {
    this.copyInstead(event);
    if (event.key === "Escape" && this.press?.dragging) {
      stop(event);
      return this.cancel();
    }
    if (event.isComposing || MODIFIERS.has(event.key) || !this.isForBuilder(event)) return;
    if (isBrowsersToo(event)) event.preventDefault();
    const { key, code, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
    this.tell({ type: "key", key, code, ctrl, shift, alt, meta });
  }

  private isForBuilder(event: KeyboardEvent): boolean {
    const command = event.ctrlKey || event.metaKey;
    if (isTyping(event.target)) return command && !/^[acvxyz]$/i.test(event.key) && !/^(Arrow|Home|End|Delete|Backspace)/.test(event.key);
    if (command || event.altKey || /^(F\d+|Escape)$/.test(event.key)) return true;
    // `P` goes back from using to editing; all else is the app's while it is used.
    if (this.using) return event.key.toLowerCase() === "p";
    const pressesSomething = event.target instanceof Element && event.target.matches("button, a, [tabindex]") && /^(Enter| )$/.test(event.key);
    return !pressesSomething;
  }
}

/** Keys with a meaning in the Builder that the browser would act on as well. */
function isBrowsersToo(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return /^[kspdezyim1-6]$|^Enter$/i.test(event.key);
  return /^(Arrow|F2$|F4$|F12$|Delete$|Backspace$|Enter$)/.test(event.key);
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
