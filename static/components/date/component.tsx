/** A day, typed or chosen from a calendar. */
import { Moment } from "../../app/moment.tsx";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  return <Moment c={c} kind="date" />;
}
