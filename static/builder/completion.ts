/** Completion: names at once, kinds and signatures for the rows that are shown, documentation for the one selected. */
import { closeCompletion, type Completion, type CompletionContext, completionStatus, type CompletionResult, selectedCompletion } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { type EditorState, Prec } from "@codemirror/state";
import { keymap, ViewPlugin, type ViewUpdate } from "@codemirror/view";

export interface Name {
  label: string;
  kind?: string;
  detail?: string;
}

/** A question about a place in a text: line and UTF-16 column from 0. */
export type AskAt = (method: string, text: string, line: number, character: number, more?: object) => Promise<unknown>;

/** What the rows of one list need. */
interface Row extends Completion {
  rows: Rows;
}

const WORD = /[\p{L}\p{N}_]*/u;
/** Within the quotes of a key, of a page's, or of what something is compared with: names that the app knows. */
const IN_KEY =
  /(?:\[|\.(?:get|pop|setdefault)\(|\bset_page\(\s*(?:key\s*=\s*)?|[=!]=|\bin\s*[[({](?:[^\])}]*,)?|\bcase\s+(?:["'][^"'\\]*["']\s*\|)*)\s*["']([^"'\\]*)$/;
const PAUSE_MS = 200;
/** Nothing cancels a question, and the next key may need another one: what adorns a list is asked for when typing rests. */
const DETAILS_MS = 120;
const AGAIN_MS = 50;
const TRIES = 3;
const TYPES: Record<string, string> = { statement: "variable", instance: "variable", param: "variable", module: "namespace", path: "text" };

/** When something was typed last, and the list that is open. */
class Typing {
  list: Rows | null = null;
  private last = 0;

  touch(): void {
    this.last = performance.now();
  }

  /** Until nothing has been typed for so long. */
  async rest(ms: number): Promise<void> {
    for (let left = 1; (left = this.last + ms - performance.now()) > 0; ) await new Promise((resolve) => setTimeout(resolve, left));
  }
}

/** Kinds and signatures of the names of one list, asked for in one question for all rows that are drawn together. */
class Rows {
  private readonly told = new Map<string, Name>();
  private readonly waiting = new Map<string, HTMLElement[]>();
  private readonly explained = new Map<string, Promise<unknown>>();
  private selected = "";
  private timer = 0;

  constructor(
    readonly labels: ReadonlySet<string>,
    private readonly typing: Typing,
    private readonly ask: (labels: string[]) => Promise<unknown>,
    private readonly resolve: (label: string) => Promise<unknown>,
  ) {}

  /** Documentation of the row that is selected; nothing where another one is, or no list, before typing rests. */
  async explain(label: string): Promise<unknown> {
    this.selected = label;
    const known = this.explained.get(label);
    if (known) return known;
    await this.typing.rest(PAUSE_MS);
    if (this.selected !== label || this.typing.list !== this) return null;
    const answer = this.explained.get(label) ?? this.resolve(label);
    this.explained.set(label, answer);
    answer.catch(() => this.explained.delete(label));
    return answer;
  }

  fill(label: string, element: HTMLElement): void {
    const known = this.told.get(label);
    if (known) {
      show(element, known);
      return;
    }
    this.waiting.set(label, [...(this.waiting.get(label) ?? []), element]);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), 0);
  }

  private async flush(tries = TRIES): Promise<void> {
    await this.typing.rest(DETAILS_MS);
    const waiting = new Map([...this.waiting].filter(([, elements]) => elements.some((element) => element.isConnected)));
    this.waiting.clear();
    if (!waiting.size) return;
    const answer = (await this.ask([...waiting.keys()]).catch(() => null)) as { items?: Name[] } | null;
    for (const name of answer?.items ?? []) {
      this.told.set(name.label, name);
      for (const element of waiting.get(name.label) ?? []) show(element, name);
      waiting.delete(name.label);
    }
    // An answer takes a tenth of a second at most, and a newer list comes first: the rest is asked for again.
    if (!waiting.size || tries === 0) return;
    for (const [label, elements] of waiting) this.waiting.set(label, [...(this.waiting.get(label) ?? []), ...elements]);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(answer?.items?.length ? tries : tries - 1), AGAIN_MS);
  }
}

function show(element: HTMLElement, name: Name): void {
  element.textContent = name.detail || (name.kind === "statement" ? "variable" : (name.kind ?? ""));
}

/** Drawn behind each name. */
export const detailColumn = {
  position: 80,
  render(completion: Completion): Node {
    const element = document.createElement("span");
    element.className = "cm-name-detail";
    if (completion.detail) element.textContent = completion.detail;
    else (completion as Row).rows?.fill(completion.label, element);
    return element;
  },
};

/** Enter behind a name that is typed whole begins the next line: there is nothing to complete. */
export const enterBehindNames = Prec.highest(
  keymap.of([
    {
      key: "Enter",
      run(view) {
        const { state } = view;
        if (selectedCompletion(state)?.label === wordBefore(state) && !inText(state, state.selection.main.head)) closeCompletion(view);
        return false;
      },
    },
  ]),
);

export class Completer {
  /** The names behind a dot that isn't typed yet. */
  private ahead: { text: string; at: number; names: Promise<Name[]> } | null = null;
  private readonly typing = new Typing();

  constructor(private readonly askAt: AskAt) {}

  readonly source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { state, pos, explicit } = context;
    const line = state.doc.lineAt(pos);
    const key = IN_KEY.exec(line.text.slice(0, pos - line.from));
    const word = context.matchBefore(WORD);
    const from = key ? pos - key[1]!.length : (word?.from ?? pos);
    if (!key && !explicit) {
      const before = state.sliceDoc(Math.max(0, from - 1), from);
      if (before !== "." && (!word || word.text.length === 0 || /^\d/.test(word.text))) return null;
      if (inText(state, pos)) return null;
    }
    let names: Name[];
    try {
      names = await this.names(state, pos);
    } catch {
      return null;
    }
    if (key) names = names.filter((name) => !/["'\\]/.test(name.label));
    if (!names.length) return null;
    const text = state.doc.toString();
    const ask = (method: string, more: object): Promise<unknown> => this.askAt(method, text, line.number - 1, pos - line.from, more);
    const rows = new Rows(
      new Set(names.map(({ label }) => label)),
      this.typing,
      (labels) => ask("mainspring/completionDetails", { labels }),
      (label) => ask("completionItem/resolve", { label }),
    );
    this.typing.list = rows;
    return { from, options: names.map((name) => option(name, rows)), validFor: key ? /^[^"'\\]*$/ : /^[\p{L}\p{N}_]*$/u };
  };

  private async names(state: EditorState, pos: number): Promise<Name[]> {
    const text = state.doc.toString();
    const ahead = this.ahead;
    if (ahead?.at === pos && ahead.text === text) {
      const found = await ahead.names.catch(() => null);
      if (found) return found;
    }
    return this.request("textDocument/completion", state, pos, text);
  }

  private async request(method: string, state: EditorState, pos: number, text: string): Promise<Name[]> {
    const line = state.doc.lineAt(Math.min(pos, state.doc.length));
    const answer = (await this.askAt(method, text, line.number - 1, pos - line.from)) as { items?: Name[] } | null;
    return answer?.items ?? [];
  }

  /** Behind a name or a call that is whole, or where the user rests behind one: ask for what a dot would offer. */
  readonly prefetch = ViewPlugin.define((view) => {
    const { typing } = this;
    let timer = 0;
    const look = (): void => {
      const { state } = view;
      const at = state.selection.main.head;
      const line = state.doc.lineAt(at);
      const before = state.sliceDoc(line.from, at);
      if (!/[\p{L}_)\]][\p{N}]*$/u.test(before) || inText(state, at)) return;
      const text = `${state.sliceDoc(0, at)}.${state.sliceDoc(at)}`;
      if (this.ahead?.at === at + 1 && this.ahead.text === text) return;
      const character = at - line.from + 1;
      const names = this.askAt("mainspring/prefetch", text, line.number - 1, character).then((answer) => (answer as { items?: Name[] } | null)?.items ?? []);
      names.catch(() => undefined);
      this.ahead = { text, at: at + 1, names };
    };
    return {
      update(update: ViewUpdate) {
        if (completionStatus(update.state) === null) typing.list = null;
        if (!update.docChanged) return;
        typing.touch();
        clearTimeout(timer);
        const isWhole = endsCall(update.state) || typing.list?.labels.has(wordBefore(update.state));
        timer = window.setTimeout(look, isWhole ? 0 : PAUSE_MS);
      },
      destroy: () => clearTimeout(timer),
    };
  });
}

/** Whether a bracket has just been closed, behind which hardly anything but a dot goes on with the name. */
function endsCall(state: EditorState): boolean {
  const { head } = state.selection.main;
  return /[)\]]/.test(state.sliceDoc(head - 1, head));
}

function wordBefore(state: EditorState): string {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  return /[\p{L}\p{N}_]*$/u.exec(line.text.slice(0, head - line.from))![0];
}

function option(name: Name, rows: Rows): Row {
  return {
    label: name.label,
    rows,
    ...(name.kind ? { type: TYPES[name.kind] ?? name.kind } : {}),
    ...(name.detail ? { detail: name.detail } : {}),
    // What begins with an underscore is rarely meant.
    boost: name.label.startsWith("__") ? -80 : name.label.startsWith("_") ? -40 : 0,
    ...(name.detail ? {} : { info: () => documentation(rows, name.label) }),
  };
}

async function documentation(rows: Rows, label: string): Promise<Node | null> {
  const told = (await rows.explain(label).catch(() => null)) as { detail?: string; documentation?: string } | null;
  const text = told?.documentation || told?.detail;
  if (!text) return null;
  const element = document.createElement("div");
  element.className = "cm-documentation";
  element.textContent = text;
  return element;
}

/** Whether the place is in a string or a comment, where names mean nothing. */
export function inText(state: EditorState, at: number): boolean {
  return /^(String|Comment|FormatString)$/.test(syntaxTree(state).resolveInner(at, -1).name);
}

