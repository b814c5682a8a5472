/** Turns one thing on or off. */
import { Toggle } from "../../app/field.tsx";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  return <Toggle c={c} role="switch" />;
}
