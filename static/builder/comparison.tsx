/** A place for two texts side by side, for the dialogs that compare; what draws them is loaded when it is first needed. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Comparison } from "./compare.ts";
import { toastError } from "./toast.tsx";

interface ComparedProps {
  path: string;
  left: { name: string; text: string };
  right: { name: string; text: string };
  merge: boolean;
  /** Called with what is on the screen; `null` when it goes. */
  made?: (comparison: Comparison | null) => void;
}

export function Compared({ path, left, right, merge, made }: ComparedProps) {
  const host = useRef<HTMLDivElement>(null);
  const shown = useRef<Comparison | null>(null);
  const [count, setCount] = useState<number | null>(null);
  // In a merge, what somebody made of the right stays when the left changes once more.
  const key = merge ? path : `${path}\n${left.text}\n${right.text}`;
  useEffect(() => {
    let wanted = true;
    import("./compare.ts").then(({ compare }) => {
      if (!wanted || !host.current) return;
      const comparison = compare({ host: host.current, path, left, right, merge, changed: () => setCount(shown.current?.differences() ?? null) });
      shown.current = comparison;
      setCount(comparison.differences());
      made?.(comparison);
    }, toastError);
    return () => {
      wanted = false;
      shown.current?.destroy();
      shown.current = null;
      made?.(null);
    };
  }, [key]);
  useEffect(() => {
    if (merge) shown.current?.setLeft(left.text);
  }, [left.text]);
  return (
    <>
      <div class="compared-head">
        <h3>{left.name}</h3>
        <div>
          <h3>{right.name}</h3>
          <span class="quiet" role="status">
            {count === null ? "" : count === 0 ? "No difference" : count === 1 ? "1 difference" : `${count} differences`}
          </span>
        </div>
      </div>
      <div ref={host} class="compared" />
    </>
  );
}
