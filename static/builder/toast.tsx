/** Short messages at the page's edge: refusals of the service, in its words. */
import { signal } from "@preact/signals";
import { IconButton } from "./controls.tsx";
import { ICONS } from "./icons.tsx";

interface Toast {
  id: number;
  kind: "bad" | "info";
  text: string;
  /** What can be done about it; such a message stays until somebody has decided. */
  action: Action | null;
}

interface Action {
  label: string;
  run(): void;
}

const SHOWN_MS = 7_000;
const toasts = signal<Toast[]>([]);
let lastId = 0;

export function toast(text: string, kind: Toast["kind"] = "info", action: Action | null = null): void {
  const id = ++lastId;
  toasts.value = [...toasts.value.filter((each) => each.text !== text).slice(-3), { id, kind, text, action }];
  if (!action) setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Put `text` on the clipboard and say so, or that it could not be done. */
export function copyOut(text: string, said: string): void {
  navigator.clipboard.writeText(text).then(() => toast(said), () => toast("The browser refused the clipboard.", "bad"));
}

export function toastError(error: unknown): void {
  toast(error instanceof Error ? error.message : String(error), "bad");
}

/** Run, and show what goes wrong instead of throwing it; `null` then. */
export async function reported<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    toastError(error);
    return null;
  }
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="alert" aria-label="Messages">
      {toasts.value.map((each) => (
        <div key={each.id} class={`toast toast-${each.kind}`}>
          <span>{each.text}</span>
          {each.action && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                dismiss(each.id);
                each.action!.run();
              }}
            >
              {each.action.label}
            </button>
          )}
          <IconButton icon={ICONS.x} label="Dismiss" onClick={() => dismiss(each.id)} />
        </div>
      ))}
    </div>
  );
}
