/** A component whose code is loaded when the first of its type is shown. */
import type { FunctionComponent } from "preact";
import { Later, part } from "./later.tsx";
import type { Props } from "./page.tsx";

/** `height`: of the place that is kept until it has come, in pixels. */
export function laterComponent(load: () => Promise<FunctionComponent<Props>>, height: number): FunctionComponent<Props> {
  const wanted = part(load);
  return ({ c }) => (
    <Later part={wanted} height={height}>
      {(Type) => <Type c={c} />}
    </Later>
  );
}
