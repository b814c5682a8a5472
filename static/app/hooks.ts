/** Signals within components, for computations that also depend on what is no signal: `inputs` as for `useMemo`. */
import { computed, effect, type ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useMemo } from "preact/hooks";

export function useDerived<T>(compute: () => T, inputs: readonly unknown[]): ReadonlySignal<T> {
  return useMemo(() => computed(compute), inputs);
}

/** Runs `watch` when it is mounted, when a signal that it read changes, and when `inputs` do. */
export function useWatch(watch: () => void, inputs: readonly unknown[]): void {
  useLayoutEffect(() => effect(watch), inputs);
}
