/** Which of several children is open, as tabs and steps have it: by binding, by hand, or because the Builder looks at it. */
import { useMemo, useReducer, useRef } from "preact/hooks";
import { useDraft } from "./draft.ts";
import type { Instance } from "./instance.ts";
import type { Component, Json } from "./protocol.ts";

export interface Opened {
  /** Every child, also those that can't be seen. */
  all: readonly Instance[];
  shown: readonly Instance[];
  /** `undefined` where nothing can be seen. */
  open: Instance | undefined;
  choose(child: Instance | undefined): void;
}

export function useOpened(c: Instance): Opened {
  const draft = useDraft(c, { change: "wf-tab-change" });
  const all = useMemo(() => c.component.children.map((child) => c.child(child)), [c]);
  const shown = all.filter((child) => child.visible.value);
  const looked = useLookedAt(c, draft.value.value);
  const open = byId(shown, looked.id) ?? byId(shown, draft.value.value) ?? shown.find((child) => !child.flag("disabled")) ?? shown[0];
  const choose = (child: Instance | undefined): void => {
    if (!child || child === open) return;
    looked.forget();
    draft.set(child.id);
    draft.finish();
  };
  return { all, shown, open, choose };
}

function byId(children: readonly Instance[], id: Json | undefined): Instance | undefined {
  return typeof id === "string" ? children.find((child) => child.id === id) : undefined;
}

/** The child that the Builder looks at, without an event of the app's; until the app itself opens another one. */
function useLookedAt(c: Instance, value: Json | undefined) {
  const held = useRef<{ wanted: string; child: string; value: Json | undefined } | null>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const { designing, wanted } = c.session;
  const target = designing.value ? wanted.value : null;
  if (target !== null && target !== held.current?.wanted) {
    const child = c.component.children.find((each) => holds(each, target));
    if (child) held.current = { wanted: target, child: child.id, value };
  }
  const forget = (): void => {
    held.current = null;
    redraw(undefined);
  };
  const counts = designing.value && held.current !== null && held.current.value === value;
  return { id: counts ? held.current?.child : undefined, forget };
}

/** Whether `component` is the one called `id`, or has it somewhere below. */
export function holds(component: Component, id: string): boolean {
  return component.id === id || component.children.some((child) => holds(child, id));
}
