/** A short tour of the Builder, for whoever asks for it. It can be left at any time, and nothing of it is remembered. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "./controls.tsx";
import { tourStep } from "./dialogs.ts";
import { ICONS } from "./icons.tsx";
import { openPane } from "./layout.ts";

interface Step {
  title: string;
  text: string;
  /** What it is about. */
  at: string;
  /** Brings it onto the screen. */
  open?: () => void;
}

const STEPS: readonly Step[] = [
  { title: "Components", text: "Drag one from here onto the page, or press I and type its name. A line shows where it will land.", at: "[aria-label=Palette]" },
  { title: "Your app, live", text: "This is the real page. A click selects, a double-click on a component opens its handler. Use app (P) lets every click act.", at: ".canvas-room" },
  { title: "Settings", text: "What is selected is set here. Any text takes @{…}: it shows what your state holds, with completion while you type.", at: ".settings-pane" },
  { title: "Events", text: "An event runs a plain function of main.py. Create handler (F4) writes it, links it and puts the cursor into it. Some things need no code.", at: ".events-pane" },
  { title: "Code", text: "Save with Ctrl+S: the new version is live at once, and everybody who uses the app keeps their state.", at: ".code-pane", open: () => openPane("code") },
  { title: "Watching it run", text: "What it prints, the state of each session, every event with what it changed, how long handlers take, and problems with their fixes.", at: ".side-pane", open: () => openPane("log") },
];

function go(to: number | null): void {
  if (to !== null) STEPS[to]?.open?.();
  tourStep.value = to !== null && STEPS[to] ? to : null;
}

const GAP = 12;
const WIDTH = 320;

export function Tour() {
  const now = tourStep.value;
  return now === null ? null : <StepCard key={now} now={now} />;
}

function StepCard({ now }: { now: number }) {
  const { title, text, at } = STEPS[now]!;
  const card = useRef<HTMLDivElement>(null);
  const [target, setTarget] = useState<DOMRect | null>(null);
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const measure = (): void => {
      setTarget(document.querySelector(at)?.getBoundingClientRect() ?? null);
      setHeight(card.current?.offsetHeight ?? 0);
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [at]);
  useEffect(() => {
    card.current?.querySelector<HTMLElement>(".primary")?.focus();
  }, []);
  const last = now === STEPS.length - 1;
  return (
    <>
      {target && <div class="tour-ring" style={`left:${target.left}px;top:${target.top}px;width:${target.width}px;height:${target.height}px`} />}
      <div
        ref={card}
        class="popover tour"
        role="dialog"
        aria-label={`Tour: ${title}`}
        style={`width:${WIDTH}px;${target ? placed(target, height) : "opacity:0"}`}
        onKeyDown={(event) => {
          const act: Record<string, () => void> = { Escape: () => go(null), ArrowRight: () => go(last ? now : now + 1), ArrowLeft: () => go(Math.max(0, now - 1)) };
          if (!act[event.key]) return;
          event.preventDefault();
          event.stopPropagation();
          act[event.key]!();
        }}
      >
        <div class="tour-head">
          <p class="popover-title">{title}</p>
          <span class="quiet">
            {now + 1} of {STEPS.length}
          </span>
          <IconButton icon={ICONS.x} label="End the tour" onClick={() => go(null)} />
        </div>
        <p>{text}</p>
        <div class="tour-steps">
          {!last && <Button label="Skip" class="small" onClick={() => go(null)} />}
          <span class="spring" />
          {now > 0 && <Button label="Back" class="small" onClick={() => go(now - 1)} />}
          <Button label={last ? "Done" : "Next"} class="small primary" onClick={() => go(last ? null : now + 1)} />
        </div>
      </div>
    </>
  );
}

/** Beside what it is about where there is room, else above it, else within. */
function placed({ left, right, top, bottom }: DOMRect, height: number): string {
  const fit = (value: number, size: number, room: number): number => Math.max(GAP, Math.min(value, room - size - GAP));
  const { innerWidth, innerHeight } = window;
  const level = fit(top, height, innerHeight);
  if (right + GAP + WIDTH <= innerWidth) return `left:${right + GAP}px;top:${level}px`;
  if (left - GAP - WIDTH >= 0) return `left:${left - GAP - WIDTH}px;top:${level}px`;
  if (top - GAP - height >= 0) return `left:${fit(left, WIDTH, innerWidth)}px;top:${top - GAP - height}px`;
  return `left:${fit((left + right - WIDTH) / 2, WIDTH, innerWidth)}px;top:${fit(bottom - height - 2 * GAP, height, innerHeight)}px`;
}
