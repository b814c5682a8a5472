/** Views of the Builder that are loaded when they are first opened. It takes a moment that nobody sees, so nothing stands there until then. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { type Part, usePart } from "../app/later.tsx";
import { Button, Empty } from "./controls.tsx";
import { ICONS } from "./icons.tsx";
import { toast } from "./toast.tsx";

const FAILED = "This part of the Builder could not be loaded.";
const AGAIN = "Load the page again";
const again = (): void => location.reload();

interface Props<T> {
  part: Part<T>;
  children: (got: T) => ComponentChildren;
}

/** A view with a place of its own, which says so when it doesn't come. */
export function LaterView<T>({ part, children }: Props<T>) {
  const state = usePart(part);
  if ("got" in state) return <>{children(state.got)}</>;
  if (!state.failed) return null;
  return (
    <div role="alert">
      <Empty icon={ICONS.alert} title={FAILED}>
        The Builder's command may have ended. What you typed is kept in this browser.
        <Button label={AGAIN} class="small" onClick={again} />
      </Empty>
    </div>
  );
}

/** What stands over the page; a message says when it doesn't come. */
export function LaterOverlay<T>({ part, children }: Props<T>) {
  const state = usePart(part);
  const failed = "failed" in state && state.failed;
  useEffect(() => {
    if (failed) toast(FAILED, "bad", { label: AGAIN, run: again });
  }, [failed]);
  return "got" in state ? <>{children(state.got)}</> : null;
}
