/** In the Builder's canvas: a button behind the tabs or steps of a component that adds one more. */
import { Plus } from "lucide";
import { Icon } from "./icon.tsx";
import type { Instance } from "./instance.ts";

/** The agent takes the press and tells the Builder; the page itself can't add anything. */
export function AddPart({ c, type, words }: { c: Instance; type: string; words: string }) {
  if (!c.session.designing.value || c.via !== "") return null;
  return (
    <button type="button" class="add-part" data-adds={type} aria-label={words} title={words} tabIndex={-1}>
      <Icon icon={Plus} />
    </button>
  );
}
