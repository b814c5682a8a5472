/** The pane `Problems`: what is wrong, a jump to each place, and the fixes that are safe. */
import { editor, openAt, openFile } from "./code.ts";
import { Button, Empty } from "./controls.tsx";
import { operate } from "./edits.ts";
import { Icon, ICONS } from "./icons.tsx";
import { found, problemCount, problems } from "./problems.ts";
import type { Finding, Problem } from "./protocol.ts";
import { current, select, showPage } from "./store.ts";

export function ProblemsList() {
  if (!problemCount.value) {
    return (
      <Empty icon={ICONS.check} title="No problems found">
        Missing handlers, unknown state paths, unreachable pages and the like stand here. `mainspring check` says the same.
      </Empty>
    );
  }
  return (
    <ul class="problems">
      {problems.value.map((problem, i) => (
        <li key={`${problem.code} ${problem.component} ${problem.field} ${i}`} class={`problem-row ${problem.severity}`}>
          <Icon icon={problem.severity === "error" ? ICONS.error : ICONS.alert} size={14} />
          <button type="button" class="link problem-text" onClick={() => goTo(problem)}>
            {problem.message}
          </button>
          <span class="quiet mono">{placeOf(problem)}</span>
          <span class="spring" />
          {problem.fixes.map((fix) => (
            <Button key={fix.title} label={fix.title} class="small" onClick={() => fix.operations.forEach((operation) => void operate(operation, fix.page))} />
          ))}
        </li>
      ))}
      {found.value.map(({ path, finding }, i) => (
        <li key={`${path} ${finding.code} ${i}`} class={`problem-row ${finding.severity === 1 ? "error" : "warning"}`}>
          <Icon icon={finding.severity === 1 ? ICONS.error : ICONS.alert} size={14} />
          <button type="button" class="link problem-text" onClick={() => openAt(path, finding.range.start.line + 1, finding.range.start.character + 1)}>
            {finding.message}
          </button>
          {finding.code && <span class="quiet mono">{finding.code}</span>}
          <span class="quiet mono">{`${path}:${finding.range.start.line + 1}`}</span>
          <span class="spring" />
          {finding.data && <Button label={finding.data.title} class="small" onClick={() => void fix(path, finding)} />}
        </li>
      ))}
    </ul>
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
