/** Another page in a frame, with no more rights than it was given. */
import { useEffect, useState } from "preact/hooks";
import type { Instance } from "../../app/instance.ts";
import type { Props } from "../../app/page.tsx";
import { baseAddress, safeFrame } from "../../app/urls.ts";

export function render({ c }: Props) {
  const src = c.text("src").value.trim();
  const height = Math.min(4000, Math.max(40, c.number("height") ?? 400));
  const address = src === "" ? null : safeFrame(src, baseAddress(c.session.bootstrap.base));
  if (address === null) {
    if (src === "" && !c.session.editing) return null;
    return (
      <div {...c.root(src === "" ? "slot" : "misfit")} role="note">
        {src === "" ? "No address yet. Its page will be shown here." : "This address can't be shown in a frame: it takes https:// and the app's own files."}
      </div>
    );
  }
  return <Loaded c={c} address={address} height={height} />;
}

function Loaded({ c, address, height }: { c: Instance; address: string; height: number }) {
  const [loaded, setLoaded] = useState("");
  const rights = sandbox(c, address);
  useEffect(() => setLoaded(""), [address, rights]);
  return (
    <div {...c.root("frame", loaded === address ? "" : "frame-waiting")} style={{ height: `${height}px` }}>
      {/* What it may do counts from the next load on, so other rights make another frame. */}
      <iframe
        key={rights}
        src={address}
        title={c.text("title").value || "Embedded page"}
        sandbox={rights}
        referrerpolicy="strict-origin-when-cross-origin"
        onLoad={() => {
          setLoaded(address);
          if (c.listens("wf-load")) void c.emit("wf-load", null);
        }}
      />
    </div>
  );
}

function sandbox(c: Instance, address: string): string {
  const scripts = c.flag("allow_scripts");
  // A page of our own origin with scripts and that origin could take the sandbox off, and act as the app.
  const foreign = new URL(address).origin !== location.origin;
  const rights = [scripts && "allow-scripts", scripts && foreign && "allow-same-origin", c.flag("allow_forms") && "allow-forms", c.flag("allow_popups") && "allow-popups"];
  return rights.filter(Boolean).join(" ");
}
