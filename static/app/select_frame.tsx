/** The browser's own list of options, with the mark of ours at its end. */
import { ChevronDown } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

export function SelectFrame({ children }: { children: ComponentChildren }) {
  return (
    <div class="select">
      {children}
      <Icon icon={ChevronDown} />
    </div>
  );
}
