/** A table of records. The grid itself is loaded when the first one is shown. */
import { useEffect, useState } from "preact/hooks";
import type { Props } from "../../app/page.tsx";

type GridView = (props: Props) => preact.JSX.Element;

let loaded: GridView | null = null;
let loading: Promise<GridView> | null = null;

function load(): Promise<GridView> {
  loading ??= import("./grid.tsx").then(({ Grid }) => (loaded = Grid));
  // A line that broke may be there again when the next table is shown.
  loading.catch(() => (loading = null));
  return loading;
}

export function render({ c }: Props) {
  const [View, show] = useState<GridView | null>(() => loaded);
  const [failed, fail] = useState(false);
  useEffect(() => {
    if (View) return;
    load().then((grid) => show(() => grid), () => fail(true));
  }, [View, failed]);
  if (View) return <View c={c} />;
  const label = c.text("label").value;
  return (
    <div {...c.root("dataframe")} aria-busy={!failed}>
      {label && <span class="label">{label}</span>}
      {failed ? (
        <p class="error" role="alert">
          The table couldn't be loaded. <button type="button" class="button small secondary" onClick={() => fail(false)}>Try again</button>
        </p>
      ) : (
        <div class="table-scroll table-loading" style={{ maxHeight: `${Math.max(80, c.number("max_height") ?? 420)}px` }} />
      )}
    </div>
  );
}
