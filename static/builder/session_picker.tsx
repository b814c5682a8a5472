/** Choosing one of the browsers that use the app: the canvas, the second user, others by their ids. */
import type { SessionInfo } from "./protocol.ts";
import { ownSession, secondSession, sessions } from "./store.ts";

export function sessionName({ id, page }: SessionInfo): string {
  if (id === ownSession.value) return "This canvas";
  return id === secondSession.value ? "Second user" : `${id} on ${page}`;
}

/** Nothing while there is but one to choose; `all` is the name of the choice of all of them. */
export function SessionPicker(props: { value: string; onChange: (id: string) => void; all?: string }) {
  if (sessions.value.length < 2) return null;
  return (
    <select class="input select small-select" aria-label="Session" value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
      {props.all && <option value="">{props.all}</option>}
      {sessions.value.map((each) => (
        <option key={each.id} value={each.id}>
          {sessionName(each)}
        </option>
      ))}
    </select>
  );
}
