/** The pane `Problems`: what is wrong, a jump to each place, and the fixes that are safe. */
import { type ComponentChildren, toChildArray } from "preact";
import { editor, openAt, openFile } from "./code.ts";
import { Button, Empty } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import { applyFix, found, problemCount, problems } from "./problems.ts";
import type { Finding, Problem } from "./protocol.ts";
import { current, select, showPage } from "./store.ts";

export function ProblemsList() {
  if (!problemCount.value) {
    return (
      <Empty icon={ICONS.check} title="No problems found">
        Missing handlers, unknown state paths, unreachable pages and the like stand here. <code>mainspring check</code> says the same.
      </Empty>
    );
  }
  return (
    <ul class="problems">
      {problems.value.map((problem, i) => (
        <ProblemRow key={`${problem.code} ${problem.component} ${problem.field} ${i}`} bad={problem.severity === "error"} message={problem.message} places={[placeOf(problem)]} go={() => goTo(problem)}>
          {problem.fixes.map((fix) => (
            <Button key={fix.title} label={fix.title} class="small" onClick={() => void applyFix(fix)} />
          ))}
        </ProblemRow>
      ))}
      {found.value.map(({ path, finding }, i) => (
        <ProblemRow key={`${path} ${finding.code} ${i}`} bad={finding.severity === 1} message={finding.message} places={[finding.code, `${path}:${finding.range.start.line + 1}`]} go={() => openAt(path, finding.range.start.line + 1, finding.range.start.character + 1)}>
          {finding.data && <Button label={finding.data.title} class="small" onClick={() => void fix(path, finding)} />}
        </ProblemRow>
      ))}
    </ul>
  );
}

/** What is wrong leads to its place; fixes stand below it. */
function ProblemRow({ bad, message, places, go, children }: { bad: boolean; message: string; places: readonly (string | null | undefined)[]; go: () => void; children: ComponentChildren }) {
  return (
    <li class={`problem-row ${bad ? "error" : "warning"}`}>
      <Icon icon={bad ? ICONS.error : ICONS.alert} />
      <button type="button" class="link problem-text" onClick={go}>
        {message}
      </button>
      <span class="problem-places">
        {places.filter(Boolean).map((place) => (
          <span key={place} class="quiet mono">
            {place}
          </span>
        ))}
      </span>
      {toChildArray(children).length > 0 && <div class="problem-fixes">{children}</div>}
    </li>
  );
}

async function fix(path: string, finding: Finding): Promise<void> {
  if (await openFile(path, finding.range.start, true)) editor.peek()?.fix(finding);
}

function placeOf(problem: Problem): string {
  if (problem.file) return problem.line ? `${problem.file}:${problem.line}` : problem.file;
  return [problem.page, problem.component === problem.page ? "" : problem.component].filter(Boolean).join(" / ");
}

function goTo(problem: Problem): void {
  if (problem.component) {
    if (problem.page !== current.value?.key) showPage(problem.page);
    select(problem.component);
  }
  if (problem.file) openAt(problem.file, problem.line, problem.column);
}
