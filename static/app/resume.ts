/** Which session a page that is loaded again goes on with: the tab's own, and never one that another tab is using. */
import { isSecondUser } from "./second_user.ts";

// All frames of a tab share its storage; the two of the Builder must not share a session.
const storedUnder = (base: string) => `mainspring-session${isSecondUser() ? "-2" : ""} ${base}`;
let release: (() => void) | undefined;

export async function sessionToResume(base: string): Promise<string | null> {
  const key = stored(base);
  // A tab that was duplicated carries the key of a session that the first one still uses.
  return key && (await claim(key)) ? key : null;
}

export function rememberSession(base: string, key: string): void {
  if (stored(base) !== key) void claim(key);
  try {
    sessionStorage.setItem(storedUnder(base), key);
  } catch {
    // Storage may be forbidden; then a page that is loaded again begins anew.
  }
}

function stored(base: string): string | null {
  try {
    return sessionStorage.getItem(storedUnder(base));
  } catch {
    return null;
  }
}

/** Holds a lock for the session while this page lives; `false` if another page holds it. */
function claim(key: string): Promise<boolean> {
  // Only secure contexts have locks; elsewhere the service sorts out who goes on.
  if (!navigator.locks) return Promise.resolve(true);
  release?.();
  return new Promise((answer) => {
    void navigator.locks
      .request(`mainspring ${key}`, { ifAvailable: true }, (lock) => {
        answer(lock !== null);
        return lock && new Promise<void>((done) => (release = done));
      })
      .catch(() => answer(true));
  });
}
