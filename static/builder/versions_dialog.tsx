/** The kept versions of a file: what each of the last saves changed, and taking one back. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import { dirty, editor, open, openFile, putBack } from "./code.ts";
import { Compared } from "./comparison.tsx";
import { Button, Empty, IconButton } from "./controls.tsx";
import { versionsOf } from "./dialogs.ts";
import { Icon, ICONS } from "./icons.tsx";
import type { Version } from "./protocol.ts";
import { reported, toast } from "./toast.tsx";

export function VersionsDialog({ api }: { api: Api }) {
  const path = versionsOf.value;
  return path && <Dialog key={path} api={api} path={path} />;
}

type Side = { name: string; text: string };

function Dialog({ api, path }: { api: Api; path: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [versions, setVersions] = useState<Version[] | null>(null);
  const [chosen, setChosen] = useState<Version | null>(null);
  const [against, setAgainst] = useState<"now" | "before">("now");
  const [sides, setSides] = useState<[Side, Side] | null>(null);
  const [problem, setProblem] = useState("");
  const close = (): void => {
    versionsOf.value = null;
  };

  useEffect(() => {
    dialog.current?.showModal();
    void (async () => {
      await openFile(path);
      const found = (await reported(api.versions(path)))?.versions ?? [];
      setVersions(found);
      // The newest is what is on disk: what was before is worth a look.
      setChosen(found[1] ?? found[0] ?? null);
    })();
  }, []);
  useEffect(() => {
    if (!chosen || !versions) return;
    let wanted = true;
    const before = versions[versions.indexOf(chosen) + 1];
    const now = (): Side => ({ name: "Now, in the editor", text: editor.peek()?.textOf(path) ?? open.peek().get(path)?.saved ?? "" });
    void (async () => {
      try {
        const text = (await api.version(path, chosen.id)).text;
        const one: Side = { name: timeOf(chosen), text };
        const pair: [Side, Side] = against === "now" ? [one, now()] : [before ? { name: timeOf(before), text: (await api.version(path, before.id)).text } : { name: "Nothing before", text: "" }, one];
        if (!wanted) return;
        setSides(pair);
        setProblem("");
      } catch (error) {
        if (wanted) setProblem(error instanceof Error ? error.message : String(error));
      }
    })();
    return () => {
      wanted = false;
    };
  }, [chosen, against]);

  const restore = async (): Promise<void> => {
    if (!chosen) return;
    close();
    await putBack(path, chosen.id);
    if (!open.peek().get(path)?.conflict) toast(`${path} is as it was at ${timeOf(chosen)}. Undo in the code brings back what was there.`);
  };
  return (
    <dialog ref={dialog} class="compare-dialog" aria-label={`Versions of ${path}`} onClose={close}>
      <header>
        <h2>Versions of {path}</h2>
        <span class="spring" />
        <IconButton icon={ICONS.x} label="Close the versions" onClick={close} />
      </header>
      {versions?.length ? (
        <div class="versions">
          <ul class="version-list" role="listbox" aria-label="Versions, newest first" tabIndex={0} onKeyDown={(event) => step(event, versions, chosen, setChosen)}>
            {versions.map((version, i) => (
              <li key={version.id} role="option" aria-selected={version === chosen} onClick={() => setChosen(version)}>
                <Icon icon={ICONS.history} />
                <span>{timeOf(version)}</span>
                <span class="quiet">{i === 0 ? "newest" : `${version.size.toLocaleString("en")} bytes`}</span>
              </li>
            ))}
          </ul>
          <div class="version-compared">
            {problem ? (
              <Empty icon={ICONS.alert} title="This version can't be compared">
                {problem}
              </Empty>
            ) : (
              sides && <Compared path={path} left={sides[0]} right={sides[1]} merge={false} />
            )}
          </div>
        </div>
      ) : (
        versions && (
          <Empty icon={ICONS.history} title="No versions yet">
            Each save is kept from now on, the last fifty of each file.
          </Empty>
        )
      )}
      {versions && versions.length > 0 && (
        <footer>
          <label class="status-check">
            <input type="checkbox" checked={against === "before"} onChange={(event) => setAgainst(event.currentTarget.checked ? "before" : "now")} /> What this save changed
          </label>
          <span class="spring" />
          <Button label="Restore this version" class="primary" disabled={!chosen || problem !== "" || (chosen === versions[0] && !dirty.value.has(path))} onClick={() => void restore()} />
        </footer>
      )}
    </dialog>
  );
}

function step(event: KeyboardEvent, versions: readonly Version[], chosen: Version | null, choose: (version: Version) => void): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const next = versions[(chosen ? versions.indexOf(chosen) : -1) + by];
  if (next) choose(next);
}

function timeOf(version: Version): string {
  const time = new Date(version.time * 1000);
  const today = time.toDateString() === new Date().toDateString();
  return today ? time.toLocaleTimeString("en-GB") : time.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
}
