/** The dialog of a rename: every line and every link that it changes, before and after; and the list of references. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { openFile } from "./code.ts";
import { Button, IconButton } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import type { RenamePlan, RenameWhat } from "./protocol.ts";
import { LineNumber, Notes } from "./rename_choices.tsx";
import { carryOut, counted, endRename, isChosen, planOf, proposed, referencesShown, renamed } from "./renames.ts";

const PAUSE_MS = 200;
const MAX_LEFT = 50;

export function RenameDialog() {
  const what = renamed.value;
  return what && <Dialog key={JSON.stringify(what)} what={what} />;
}

function Dialog({ what }: { what: RenameWhat }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [plan, setPlan] = useState<RenamePlan | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(true);
  const wanted = useRef(0);
  const timer = useRef(0);

  const look = async (newName: string): Promise<RenamePlan | null> => {
    const mine = ++wanted.current;
    setBusy(true);
    try {
      const found = await planOf(what, newName);
      if (mine !== wanted.current) return null;
      setPlan(found);
      setProblem("");
      return found;
    } catch (error) {
      if (mine === wanted.current) setProblem(error instanceof Error ? error.message : String(error));
      return null;
    } finally {
      if (mine === wanted.current) setBusy(false);
    }
  };

  // Before the next key: what is typed at once belongs in here, and stays when the answer comes.
  useLayoutEffect(() => {
    dialog.current?.showModal();
    input.current?.focus();
    void look(proposed.peek()).then((found) => {
      if (!found || !input.current) return;
      input.current.value = found.new_name;
      input.current.select();
    });
    return () => {
      wanted.current = -1;
      clearTimeout(timer.current);
    };
  }, []);

  const close = endRename;
  const ready = plan !== null && !busy && !problem && plan.new_name !== plan.name;
  const apply = async (): Promise<void> => {
    if (!ready || !plan) return;
    setBusy(true);
    if (await carryOut(what, plan)) close();
    else void look(plan.new_name);
  };
  const places = plan ? plan.files.reduce((sum, file) => sum + file.lines.filter((line) => isChosen(file.path, line)).length, 0) : 0;
  return (
    <dialog ref={dialog} class="rename-dialog" aria-label={plan ? `Rename ${plan.name}` : "Rename"} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void apply();
        }}
      >
        <header>
          <h2>{plan ? `Rename ${plan.name}` : "Rename"}</h2>
          <IconButton icon={ICONS.x} label="Close without renaming" onClick={close} />
        </header>
        <label class="field">
          <span class="field-label">New name</span>
          <input
            ref={input}
            class="input mono"
            aria-label="New name"
            spellcheck={false}
            autocomplete="off"
            aria-invalid={problem !== ""}
            onInput={(event) => {
              const text = event.currentTarget.value.trim();
              clearTimeout(timer.current);
              // What was asked for the name before doesn't count any more.
              wanted.current++;
              setBusy(true);
              timer.current = window.setTimeout(() => void look(text), PAUSE_MS);
            }}
          />
        </label>
        {problem ? (
          <p class="rename-problem" role="alert">
            <Icon icon={ICONS.alert} /> {problem}
          </p>
        ) : (
          <p class="quiet" role="status">
            {plan === null ? "Looking through the app …" : `${counted(places, "line")} in ${counted(plan.files.length, "file")}, ${counted(plan.links.length, "link")} on ${counted(new Set(plan.links.map((link) => link.page)).size, "page")}`}
          </p>
        )}
        {plan && !problem && <Preview plan={plan} />}
        <footer>
          <Button label="Cancel" onClick={close} />
          <button type="submit" class="button primary" disabled={!ready}>
            Rename everywhere
          </button>
        </footer>
      </form>
    </dialog>
  );
}

function Preview({ plan }: { plan: RenamePlan }) {
  return (
    <div class="rename-preview" role="region" aria-label="What changes" tabIndex={0}>
      <Notes plan={plan} />
      {plan.files.map((file) => (
        <section key={file.path}>
          <h3>
            {file.path}
            {file.unsaved && <span class="quiet"> its unsaved work is saved with it</span>}
          </h3>
          {file.lines.map((line) => (
            <div key={line.line} class="rename-line mono">
              <LineNumber path={file.path} line={line} />
              <del>{line.before.trim()}</del>
              <ins>{line.after.trim()}</ins>
            </div>
          ))}
        </section>
      ))}
      {plan.links.length > 0 && (
        <section>
          <h3>Links on pages</h3>
          {plan.links.map((link) => (
            <div key={`${link.page} ${link.component} ${link.event}`} class="rename-line mono">
              <span class="rename-number">{link.page}</span>
              <span class="quiet">
                {link.component} {link.event}
              </span>
              <ins>{link.after}</ins>
            </div>
          ))}
        </section>
      )}
      {plan.left.length > 0 && (
        <section>
          <h3>Only mentioned, and left as it is</h3>
          {plan.left.slice(0, MAX_LEFT).map((place) => (
            <div key={`${place.uri}:${place.range.start.line}:${place.range.start.character}`} class="rename-line mono quiet">
              <span class="rename-number">{place.range.start.line + 1}</span>
              <span>{place.uri}</span>
            </div>
          ))}
        </section>
      )}
    </div>
  );
}

/** Every place of a name in the app; each leads there. */
export function ReferencesDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = referencesShown.value;
  useLayoutEffect(() => {
    if (shown) dialog.current?.showModal();
  }, [shown]);
  if (!shown) return null;
  const close = (): void => {
    referencesShown.value = null;
  };
  const files = new Map<string, typeof shown.places>();
  for (const place of shown.places) files.set(place.uri, [...(files.get(place.uri) ?? []), place]);
  return (
    <dialog ref={dialog} class="rename-dialog" aria-label={`References of ${shown.name}`} onClose={close}>
      <header>
        <h2>
          {shown.name}: {counted(shown.places.length, "place")} in {counted(files.size, "file")}
        </h2>
        <IconButton icon={ICONS.x} label="Close the references" onClick={close} />
      </header>
      <div class="rename-preview">
        {[...files].map(([path, places]) => (
          <section key={path}>
            <h3>{path}</h3>
            {places.map((place) => (
              <button
                key={`${place.range.start.line}:${place.range.start.character}`}
                type="button"
                class="reference mono"
                onClick={() => {
                  close();
                  void openFile(path, { line: place.range.start.line, character: place.range.start.character }, true);
                }}
              >
                <span class="rename-number">{place.range.start.line + 1}</span>
                {place.text?.trim() ?? `column ${place.range.start.character + 1}`}
              </button>
            ))}
          </section>
        ))}
      </div>
    </dialog>
  );
}
