/** A button that puts a text on the clipboard and says whether that worked. */
import { Check, Copy, TriangleAlert } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

const SHOWN_MS = 2_000;
type Said = "" | "Copied" | "The browser refused the clipboard";

export function CopyButton({ text, label }: { text: () => string; label: string }) {
  const [said, say] = useState<Said>("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    say((await copyText(text())) ? "Copied" : "The browser refused the clipboard");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(""), SHOWN_MS);
  };
  const icon = said === "" ? Copy : said === "Copied" ? Check : TriangleAlert;
  return (
    <>
      <button type="button" class="viewer-button" title={said || label} aria-label={label} onClick={() => void copy()}>
        <Icon icon={icon} />
      </button>
      <span class="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}

/** Whether `text` is on the clipboard now. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

/** Over plain HTTP there is no `navigator.clipboard`, except for localhost. */
function copyFromField(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
