/** Any value as a tree that folds. What draws it is loaded when the first one is shown. */
import { useDerived } from "../../app/hooks.ts";
import { Later, part } from "../../app/later.tsx";
import type { Props } from "../../app/page.tsx";

const tree = part(() => import("../../app/json_tree.tsx").then((module) => module.JsonTree));

export function render({ c }: Props) {
  const value = useDerived(() => c.value("data").value, [c]).value;
  const label = c.text("label").value;
  const maxHeight = Math.max(80, c.number("max_height") ?? 420);
  return (
    <div {...c.root("viewer")}>
      {value === null ? (
        <>
          {label && <span class="label">{label}</span>}
          <p class="viewer-empty">{c.text("empty_text")}</p>
        </>
      ) : (
        <Later part={tree} height={Math.min(120, maxHeight)}>
          {(Tree) => <Tree id={c.domId} value={value} label={label} depth={c.number("initial_depth") ?? 1} copy={c.flag("copy")} maxHeight={maxHeight} />}
        </Later>
      )}
    </div>
  );
}
