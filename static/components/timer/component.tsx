/** Runs a handler again and again. Nobody sees it, but whoever edits the page must be able to take hold of it. */
import { Timer } from "lucide";
import { useEffect } from "preact/hooks";
import { Icon } from "../../app/icon.tsx";
import type { Props } from "../../app/page.tsx";

// Faster, and a page would do nothing else.
const SHORTEST_S = 0.1;

export function render({ c }: Props) {
  const seconds = Math.max(SHORTEST_S, c.number("interval") ?? 1);
  const active = c.flag("active") && c.listens("wf-tick");
  useEffect(() => {
    if (!active) return;
    let running = false;
    const tick = async () => {
      // A handler that takes longer than the interval isn't called on top of itself.
      if (running) return;
      running = true;
      await c.emit("wf-tick", null);
      running = false;
    };
    const timer = setInterval(() => void tick(), seconds * 1000);
    return () => clearInterval(timer);
  }, [c, seconds, active]);
  if (!c.session.editing) return <div {...c.root()} hidden />;
  return (
    <div {...c.root("timer")}>
      <Icon icon={Timer} />
      {active ? `Every ${seconds} s` : "Timer, at rest"}
    </div>
  );
}
