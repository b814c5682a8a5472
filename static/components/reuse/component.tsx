/** Another component once more. It stays what it is: its state, its handlers, its place on its own page. */
import { useMemo } from "preact/hooks";
import { Instance } from "../../app/instance.ts";
import { Children, ComponentPlace, type Props, type Surroundings, SurroundingsContext, useSurroundings } from "../../app/page.tsx";
import { findReused } from "../../app/reused.ts";

// They are nothing without what they stand in, so what is in them is shown.
const PARTS: ReadonlySet<string> = new Set(["tab", "step", "column"]);

export function render({ c }: Props) {
  const around = useSurroundings();
  const id = c.text("component").value;
  const found = id === "" ? { problem: "" } : findReused(c.session.allPages.value, id, c.id, around.reused);
  const page = "page" in found ? found.page : "";
  const here = useMemo((): Surroundings => ({ session: c.session, page, via: `${c.domId}/`, reused: [...around.reused, id] }), [c, page, around, id]);
  if ("problem" in found) {
    if (!c.session.editing && id === "") return null;
    return (
      <div {...c.root(id === "" ? "slot" : "misfit")} role="note">
        {id === "" ? "Choose in the settings which component is shown here too" : c.session.editing ? found.problem : "This part of the page can't be shown."}
      </div>
    );
  }
  const { component, ancestors } = found;
  // The service takes no events of what is hidden where it stands, so it isn't shown here either.
  const hidden = ancestors.find((each) => !new Instance(c.session, page, each, null).visible.value);
  if (hidden) {
    return c.session.editing ? (
      <div {...c.root("slot")} role="note">
        “{id}” is hidden now: it stands in “{hidden.id}”, which isn't visible
      </div>
    ) : null;
  }
  const original = new Instance(c.session, page, component, null, here.via);
  return (
    <div {...c.root("reuse", "stack")} data-reuses={id}>
      <SurroundingsContext.Provider value={here}>
        {PARTS.has(component.type) ? <Children of={original} /> : <ComponentPlace key={component.id} component={component} scope={null} />}
      </SurroundingsContext.Provider>
    </div>
  );
}
