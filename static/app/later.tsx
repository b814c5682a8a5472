/** Parts of the front end that are loaded when they are first shown: a quiet place until then, words if they don't come. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export interface Part<T> {
  /** What was loaded; `null` before. */
  now(): T | null;
  load(): Promise<T>;
}

/** What `load` gives, loaded once; after a failure the next one who asks tries again. */
export function part<T>(load: () => Promise<T>): Part<T> {
  let loaded: T | null = null;
  let loading: Promise<T> | null = null;
  const again = async (): Promise<T> => {
    try {
      return (loaded = await load());
    } finally {
      loading = null;
    }
  };
  return { now: () => loaded, load: () => (loading ??= again()) };
}

export type Loading<T> = { got: T } | { failed: boolean };

/** Loads a part when the component is mounted. Never throws: a part that doesn't come is `failed`. */
export function usePart<T>(wanted: Part<T>): Loading<T> {
  const [state, setState] = useState<Loading<T>>(() => seen(wanted));
  useLayoutEffect(() => {
    const there = seen(wanted);
    setState(there);
    if ("got" in there) return;
    let shown = true;
    wanted.load().then(
      (got) => shown && setState({ got }),
      (error: unknown) => {
        console.error(error);
        if (shown) setState({ failed: true });
      },
    );
    return () => void (shown = false);
  }, [wanted]);
  return state;
}

function seen<T>(wanted: Part<T>): Loading<T> {
  const got = wanted.now();
  return got === null ? { failed: false } : { got };
}

interface Props<T> {
  part: Part<T>;
  /** Of the place while it loads, in pixels, so that little moves when it is there. */
  height: number;
  children: (got: T) => ComponentChildren;
}

export function Later<T>({ part: wanted, height, children }: Props<T>) {
  const state = usePart(wanted);
  if ("got" in state) return <>{children(state.got)}</>;
  if (!state.failed) return <div class="viewer-place" style={{ minHeight: `${height}px` }} aria-busy="true" />;
  return (
    <p class="misfit" role="alert">
      This part of the page could not be loaded.{" "}
      <button type="button" class="misfit-way" onClick={() => location.reload()}>
        Load the page again
      </button>
    </p>
  );
}
