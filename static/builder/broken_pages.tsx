/** Instead of the canvas: pages whose files can't be read, and the ways out: choose, take a version back, edit. */
import { useEffect, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import { openFile } from "./code.ts";
import { Button } from "./controls.tsx";
import type { BrokenPage, PageConflict, Version } from "./protocol.ts";
import { broken, brokenShown, current } from "./store.ts";
import { reported, toast } from "./toast.tsx";

export function BrokenPages({ api }: { api: Api }) {
  const shown = current.value ? broken.value.filter((page) => page.key === brokenShown.value) : broken.value;
  if (!shown.length) return null;
  return (
    <div class="canvas-note stacked broken-pages" role="alert">
      {shown.map((page) => (
        <OnePage key={page.key} api={api} page={page} />
      ))}
      <p class="quiet">Nothing is written to the file until you choose. Mended outside, it opens by itself.</p>
      {current.value && <Button label="Back to the other pages" class="small" onClick={() => (brokenShown.value = null)} />}
    </div>
  );
}

function OnePage({ api, page }: { api: Api; page: BrokenPage }) {
  const { key, file, line, column, message } = page;
  const [conflict, setConflict] = useState<PageConflict | null>(null);
  const [versions, setVersions] = useState<Version[]>([]);
  useEffect(() => {
    let wanted = true;
    setConflict(null);
    void api.conflict(key).then((found) => wanted && setConflict(found), () => {});
    void api.versions(file).then((answer) => wanted && setVersions(answer.versions), () => {});
    return () => {
      wanted = false;
    };
  }, [key, message, line]);
  return (
    <section class="broken-page" aria-label={`Page ${key}`}>
      <h3>Page {key} can't be shown.</h3>
      <p>
        <code>{file}</code>, line {line}, column {column}: {message}
      </p>
      {conflict && <Resolver api={api} conflict={conflict} />}
      <div class="broken-actions">
        {versions[0] && (
          <VersionPicker api={api} file={file} versions={versions} />
        )}
        <Button label="Open it in the code" class="small" onClick={() => void openFile(file, { line: line - 1, character: column - 1 })} />
      </div>
    </section>
  );
}

/** One question after the other: which side's version to take. */
function Resolver({ api, conflict }: { api: Api; conflict: PageConflict }) {
  const [choices, setChoices] = useState<("ours" | "theirs" | null)[]>(conflict.questions.map(() => null));
  const open = choices.filter((choice) => choice === null).length;
  const choose = (at: number, side: "ours" | "theirs"): void => setChoices(choices.map((choice, i) => (i === at ? side : choice)));
  return (
    <div class="resolver">
      <p>Two versions met in a merge. Choose for each difference; everything else is merged already.</p>
      {conflict.questions.map((question, i) => (
        <fieldset key={`${question.id} ${question.aspect}`} class="question">
          <legend>{question.title}</legend>
          {(["ours", "theirs"] as const).map((side) => (
            <label key={side} class={choices[i] === side ? "chosen" : ""}>
              <input type="radio" aria-label={`${side === "ours" ? "Ours" : "Theirs"}: ${question[side]}`} name={`question-${i}`} checked={choices[i] === side} onChange={() => choose(i, side)} />
              <span class="quiet">{side === "ours" ? "Ours" : "Theirs"}</span>
              <span class="mono">{question[side]}</span>
            </label>
          ))}
        </fieldset>
      ))}
      <div class="broken-actions">
        <Button label="All ours" class="small" onClick={() => setChoices(choices.map(() => "ours"))} />
        <Button label="All theirs" class="small" onClick={() => setChoices(choices.map(() => "theirs"))} />
        <Button
          label={open ? `Write the page (${open} to choose)` : "Write the page"}
          class="small primary"
          disabled={open > 0}
          onClick={() => void reported(api.resolve(conflict.key, conflict.digest, choices as ("ours" | "theirs")[]))}
        />
      </div>
    </div>
  );
}

function VersionPicker({ api, file, versions }: { api: Api; file: string; versions: Version[] }) {
  const [chosen, setChosen] = useState(versions[0]!.id);
  const restore = async (): Promise<void> => {
    const now = await reported(api.readFile(file));
    const version = now && (await reported(api.version(file, chosen)));
    if (!now || !version) return;
    if (await reported(api.saveFile(file, version.text, now.digest))) toast("The version is back. The damaged file is gone; what it held stands in the code's history.");
  };
  return (
    <>
      <select class="input select small-select" aria-label="Kept version" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
        {versions.map((version) => (
          <option key={version.id} value={version.id}>
            {new Date(version.time * 1000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" })}
          </option>
        ))}
      </select>
      <Button label="Take this version back" class="small" onClick={() => void restore()} />
    </>
  );
}
