/**
 * A component of the app's own: its `component.js` draws into an element of the page. Whatever goes wrong in it
 * is shown in its place and said to the service; the rest of the page never notices.
 */
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { ownAddress } from "./urls.ts";
import type { Instance } from "./instance.ts";
import type { Props } from "./page.tsx";
import type { Json } from "./protocol.ts";

/** What a script gets, at mount and with each change. docs/own-components.md has it for its authors. */
export interface OwnComponent {
  readonly id: string;
  readonly fields: Readonly<Record<string, Json>>;
  /** What the component is bound to; `undefined` without a binding. */
  readonly value: Json | undefined;
  readonly disabled: boolean;
  emit(event: string, payload?: Json): Promise<string>;
}

interface Mounted {
  update?(component: OwnComponent): void;
  destroy?(): void;
}

type Mount = (element: HTMLElement, component: OwnComponent) => Mounted | undefined | void;

export function OwnComponentPlace({ c }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState("");
  const address = c.component.module ?? "";
  useEffect(() => {
    setProblem("");
    const place = element.current;
    if (!place) return;
    return mounting(c, address, place, (error) => {
      const words = describe(error, address);
      setProblem(words);
      c.session.connection.tellProblem(c.id, words);
    });
  }, [c, address]);
  return (
    <div {...c.root("own-component")}>
      <div ref={element} class="own-component-place" hidden={problem !== ""} />
      {problem && (
        <p class="misfit" role="alert">
          {c.session.editing ? `${c.component.type}: ${problem}` : "This part of the page can't be shown."}
        </p>
      )}
    </div>
  );
}

/** Load, mount, update with each change; the function returned ends it. `failed` hears of what goes wrong, once. */
function mounting(c: Instance, address: string, place: HTMLElement, failed: (error: unknown) => void): () => void {
  let over = false;
  let mount: Mount | null = null;
  let mounted: Mounted | null = null;
  let stopped: () => void = () => undefined;
  const end = (error?: unknown): void => {
    over = true;
    stopped();
    try {
      mounted?.destroy?.();
    } catch (thrown) {
      error ??= thrown;
    }
    mounted = null;
    place.replaceChildren();
    if (error !== undefined) failed(error);
  };
  const draw = (component: OwnComponent): void => {
    try {
      if (mounted?.update) mounted.update(component);
      else {
        mounted?.destroy?.();
        place.replaceChildren();
        mounted = mount!(place, component) ?? {};
      }
    } catch (error) {
      // Not in the middle of an effect that is being set up.
      queueMicrotask(() => !over && end(error));
    }
  };
  const load = async (): Promise<void> => {
    try {
      const module = (await import(ownAddress(address, c.session.bootstrap.base) ?? "about:blank")) as { default?: unknown };
      if (typeof module.default !== "function") throw new Error("component.js has no default export that is a function.");
      mount = module.default as Mount;
    } catch (error) {
      if (!over) end(error);
      return;
    }
    if (!over) stopped = effect(() => draw(seen(c)));
  };
  void load();
  return () => {
    if (!over) end();
  };
}

/** Reads every setting, so that whoever draws hears of each change. */
function seen(c: Instance): OwnComponent {
  const names = Object.keys(c.component.fields);
  const fields = Object.fromEntries(names.map((name) => [name, c.value(name).value]));
  return {
    id: c.id,
    fields,
    value: c.bound.value,
    disabled: c.flag("disabled"),
    emit: async (event, payload = null) => (await c.emit(event, JSON.parse(JSON.stringify(payload)) as Json)).status,
  };
}

function describe(error: unknown, address: string): string {
  const file = address.replace(/~[^/]*\//, "");
  if (!(error instanceof Error)) return `${file}: ${String(error)}`;
  const place = new RegExp(`${address.replaceAll(".", "\\.")}:(\\d+):(\\d+)`).exec(error.stack ?? "");
  return `${file}${place ? `, line ${place[1]}` : ""}: ${error.name}: ${error.message}`;
}
