/** The stub of an event as the service would write it: highlighted, with copy. */
import { useEffect, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import { IconButton } from "./controls.tsx";
import { ICONS } from "./icons.tsx";
import type { Stub } from "./protocol.ts";
import { current } from "./store.ts";
import { copyOut, reported } from "./toast.tsx";

export function StubView({ api, component, event }: { api: Api; component: string; event: string }) {
  const [stub, setStub] = useState<Stub | null>(null);
  const page = current.value?.key ?? "";
  useEffect(() => {
    let wanted = true;
    void reported(api.stub(page, component, event)).then((made) => wanted && setStub(made));
    return () => {
      wanted = false;
    };
  }, [page, component, event]);
  if (!stub) return null;
  return (
    <div class="stub" role="cell">
      <IconButton
        icon={ICONS.copy}
        label="Copy stub"
        class="copy"
        onClick={() => copyOut(stub.source, "The stub is on the clipboard.")}
      />
      <pre class="highlight" tabIndex={0} aria-label={`Stub ${stub.name}`}>
        {stub.tokens.map(([kind, text], i) => (kind ? <span key={i} class={kind}>{text}</span> : text))}
      </pre>
    </div>
  );
}
