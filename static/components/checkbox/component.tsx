/** A box that is ticked or not. */
import { Toggle } from "../../app/field.tsx";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  return <Toggle c={c} />;
}
