/** Draws a page: each component by the function of its type, each in a place of its own so that only it is drawn again. */
import { components } from "catalogue:all";
import { Component as Preact, type ComponentChildren, createContext } from "preact";
import { useContext, useLayoutEffect, useMemo } from "preact/hooks";
import { isTyping, keyPayload, MODIFIERS } from "./dom_events.ts";
import { Instance } from "./instance.ts";
import { laterComponent } from "./later_component.tsx";
import type { Component, Page } from "./protocol.ts";
import type { Scope } from "./scope.ts";
import type { Session } from "./session.ts";

/** What the function of a component's type gets. */
export interface Props {
  c: Instance;
}

/** What a component is drawn in. */
export interface Surroundings {
  readonly session: Session;
  /** The page that it stands on. */
  readonly page: string;
  /** See `Instance.via`. */
  readonly via: string;
  /** The components that are being shown a second time around here, outermost first. */
  readonly reused: readonly string[];
}

const OwnComponentPlace = laterComponent(() => import("./own_component.tsx").then((module) => module.OwnComponentPlace), 40);

export const SurroundingsContext = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const found = useContext(SurroundingsContext);
  if (!found) throw new Error("A component was drawn outside of a page.");
  return found;
}

interface Place {
  component: Component;
  scope: Scope | null;
}

/** Keeps its neighbours' changes away from a component, and its failures from them. */
export class ComponentPlace extends Preact<Place, { failed: Component | null }> {
  override state: { failed: Component | null } = { failed: null };

  override shouldComponentUpdate(next: Place, state: { failed: Component | null }): boolean {
    return next.component !== this.props.component || next.scope !== this.props.scope || state.failed !== this.state.failed;
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failed: this.props.component });
  }

  override render({ component, scope }: Place, { failed }: { failed: Component | null }): ComponentChildren {
    return failed === component ? <Failed component={component} /> : <Drawn component={component} scope={scope} />;
  }
}

function Drawn({ component, scope }: Place) {
  const { session, page, via } = useSurroundings();
  const c = useMemo(() => new Instance(session, page, component, scope, via), [session, page, component, scope, via]);
  if (!c.visible.value) return null;
  const Type = components.get(component.type);
  if (Type) return <Type c={c} />;
  return component.module ? <OwnComponentPlace c={c} /> : <Unknown c={c} />;
}

interface ChildrenProps {
  of: Instance;
  scope?: Scope | null;
  /** In edit mode, what stands where nothing does; an empty one takes no room. */
  slot?: string;
  /** Which of the children are drawn. */
  where?: (child: Component) => boolean;
}

/** What stands in a component, or in edit mode a slot where nothing does. */
export function Children({ of: c, scope = c.scope, slot = "Drop a component here", where }: ChildrenProps) {
  const { children } = c.component;
  const drawn = where ? children.filter(where) : children;
  if (drawn.length === 0) return c.session.editing && slot ? <div class="slot">{slot}</div> : null;
  return <>{drawn.map((child) => <ComponentPlace key={child.id} component={child} scope={scope} />)}</>;
}

function Unknown({ c }: Props) {
  return (
    <div {...c.root("misfit")} role="note">
      There is no component type “{c.component.type}”.
    </div>
  );
}

function Failed({ component }: { component: Component }) {
  return (
    <div class="misfit" role="note" data-component={component.id}>
      This part of the page can't be shown.
    </div>
  );
}

export function PageView({ session, page }: { session: Session; page: Page }) {
  const here = useMemo((): Surroundings => ({ session, page: page.id, via: "", reused: [] }), [session, page.id]);
  useKeys(session, page);
  return (
    <SurroundingsContext.Provider value={here}>
      <ComponentPlace key={page.id} component={page} scope={null} />
    </SurroundingsContext.Provider>
  );
}

function useKeys(session: Session, page: Page): void {
  // Whoever sees the page can strike a key.
  useLayoutEffect(() => {
    if (!page.on.includes("wf-keydown")) return;
    const send = (event: KeyboardEvent) => {
      if (isTyping(event.target) || MODIFIERS.has(event.key) || event.isComposing) return;
      void session.emit({ page: page.id, component: page.id, event: "wf-keydown", payload: keyPayload(event), rows: [], draft: false });
    };
    window.addEventListener("keydown", send);
    return () => window.removeEventListener("keydown", send);
  }, [session, page]);
}
