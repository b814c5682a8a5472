/** The line below the code: where the cursor is, and whether saving formats. */
import { signal } from "@preact/signals";
import { activeFile, organiseImports } from "./code.ts";
import { findings } from "./findings.ts";
import { formatOnSave } from "./formatting.ts";
import { isInstalled } from "./installed.ts";
import { vimChosen } from "./key_choice.ts";
import { openPane } from "./layout.ts";
import { Icon, ICONS } from "./icons.tsx";
import { environment } from "./store.ts";

/** Both from 1. */
export const cursor = signal({ line: 1, column: 1 });

export function CodeStatus() {
  const file = activeFile.value;
  if (file?.kind !== "text") return null;
  if (isInstalled(file.path)) {
    return (
      <footer class="code-status" aria-label="About this file">
        <span class="code-place">
          Ln {cursor.value.line}, Col {cursor.value.column}
        </span>
        <span class="code-environment">{file.path}</span>
        <span class="spring" />
        <span>Installed package, read only</span>
      </footer>
    );
  }
  const python = file.path.endsWith(".py");
  const found = findings.value.get(file.path) ?? [];
  const errors = found.filter((each) => each.severity === 1).length;
  return (
    <footer class="code-status" aria-label="About this file">
      <span class="code-place">
        Ln {cursor.value.line}, Col {cursor.value.column}
      </span>
      {found.length > 0 && (
        <button type="button" class="status-button" aria-label={`${errors} errors, ${found.length - errors} warnings in this file`} data-tip="Show the problems" data-keys="Ctrl+6" aria-keyshortcuts="Control+6" onClick={() => openPane("problems")}>
          <Icon icon={ICONS.error} /> {errors} <Icon icon={ICONS.alert} /> {found.length - errors}
        </button>
      )}
      <span class="spring" />
      {file.form && (
        <span class="code-form" data-tip="What saving keeps as it is in the file">
          {file.form}
        </span>
      )}
      <label class="status-check" data-tip="Vim's keys in the code; :w saves">
        <input type="checkbox" aria-label="Vim keys" checked={vimChosen.value} onChange={(event) => (vimChosen.value = event.currentTarget.checked)} /> Vim
      </label>
      {python && (
        <>
          <EnvironmentChip />
          <button type="button" class="status-button" aria-label="Organise imports" data-tip="Sort the imports" data-keys="Alt+Shift+O" aria-keyshortcuts="Alt+Shift+O" onClick={() => void organiseImports()}>
            Imports
          </button>
          <label class="status-check" data-tip="Saving formats Python with ruff and the app's own settings">
            <input type="checkbox" aria-label="Format on save" checked={formatOnSave.value} onChange={(event) => (formatOnSave.value = event.currentTarget.checked)} /> Format
          </label>
        </>
      )}
    </footer>
  );
}

/** Whose packages are completed; a mark where the app itself runs under another Python. */
function EnvironmentChip() {
  const known = environment.value;
  if (!known) return null;
  const other = known.path !== null;
  return (
    <button
      type="button"
      class="status-button code-environment"
      data-tip={other ? "Completion reads its packages; the app runs under Mainspring's own Python. Show the problem" : "Completion and the app use the same packages"}
      disabled={!other && !known.wrong}
      onClick={() => openPane("problems")}
    >
      {(other || known.wrong) && <Icon icon={ICONS.alert} />}
      <span>
        Python {known.version} · {known.name}
      </span>
    </button>
  );
}
