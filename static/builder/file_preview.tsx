/** What stands in the place of the editor for a file that is no text: a picture, or what it is and how to get it. */
import { signal } from "@preact/signals";
import { openAsText, type OpenFile } from "./code.ts";
import { Button, Empty } from "./controls.tsx";
import { rawAddress } from "./file_actions.tsx";
import { nameOf } from "./file_rows.ts";
import { ICONS } from "./icons.tsx";
import { files } from "./store.ts";

const measured = signal<{ path: string; width: number; height: number } | null>(null);

export function FilePreview({ file }: { file: OpenFile }) {
  const size = files.value.find((each) => each.path === file.path)?.size;
  const bytes = size === undefined ? "" : bytesOf(size);
  if (file.kind === "other") {
    return (
      <Empty icon={ICONS.text} title={nameOf(file.path)}>
        {file.message}
        <a class="button small" href={rawAddress(file.path)} download={nameOf(file.path)}>
          Download {bytes}
        </a>
      </Empty>
    );
  }
  const known = measured.value?.path === file.path ? measured.value : null;
  return (
    <div class="picture-preview">
      <figure>
        <img
          src={`${rawAddress(file.path)}?${file.digest}`}
          alt={`The picture ${file.path}`}
          onLoad={(event) => (measured.value = { path: file.path, width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight })}
        />
        <figcaption class="quiet">
          {known && known.width > 0 && `${known.width} × ${known.height}, `}
          {bytes}
          {file.path.toLowerCase().endsWith(".svg") && <Button label="Open as text" class="small" onClick={() => void openAsText(file.path)} />}
        </figcaption>
      </figure>
    </div>
  );
}

export function bytesOf(size: number): string {
  if (size < 1_000) return `${size} bytes`;
  return size < 1_000_000 ? `${(size / 1_000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
