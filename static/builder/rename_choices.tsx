/** What a rename offers and doesn't decide: lines that may mean something else; and what it could not search. */
import { Icon, ICONS } from "./icons.tsx";
import type { RenamedLine, RenamePlan } from "./protocol.ts";
import { decided, isChosen, place } from "./renames.ts";

/** The number of a line, and whether the line changes where that can be chosen. */
export function LineNumber({ path, line }: { path: string; line: RenamedLine }) {
  const chosen = isChosen(path, line);
  return (
    <span class="rename-number">
      {line.sure !== null && (
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Rename in ${path}, line ${line.line}`}
          onChange={() => (decided.value = new Map(decided.value).set(place(path, line), !chosen))}
        />
      )}{" "}
      {line.line}
    </span>
  );
}

export function Notes({ plan }: { plan: RenamePlan }) {
  const open = plan.files.some((file) => file.lines.some((line) => line.sure === false));
  return (
    <>
      {plan.notes.map((note) => (
        <p key={note} class="rename-note">
          <Icon icon={ICONS.alert} /> {note}
        </p>
      ))}
      {open && <p class="quiet rename-note">Lines that don’t look at context["target"] may mean something else: tick those that mean {plan.name}.</p>}
    </>
  );
}
