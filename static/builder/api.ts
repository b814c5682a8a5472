/** The Builder's HTTP calls, typed. A refused call throws `ApiError` with the sentence that the service gave. */
import type {
  CreatedHandler, Draft, EventDetails, FilesDone, FileUse, Fired, Json, Operation, Overview, PageChanges, PageConflict, PageState, Place, Problem, Reference, Registration, RenameDone, RenamePlan, ReplaceDone, SearchResult, SourceFile, StateLevel, StatePath, StatePlace, Stub, Theme, Version,
} from "./protocol.ts";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly current: { text: string; digest: string } | null = null,
  ) {
    super(message);
  }
}

export class Api {
  /** This tab, for as long as it is open: what it did itself since is no conflict to it. */
  private readonly client = crypto.getRandomValues(new Uint32Array(3)).join("-");

  constructor(private readonly token: string) {}

  overview = (): Promise<Overview> => this.call("GET", "/api/overview");

  operate = (page: string, base: number, operation: Operation): Promise<(PageState | PageChanges) & { changed_id: string | null }> =>
    this.call("POST", `/api/pages/${encodeURIComponent(page)}/operations`, { base, operation, client: this.client });

  undo = (page: string, base: number, unsaved: readonly string[]): Promise<PageState | PageChanges> =>
    this.call("POST", `/api/pages/${encodeURIComponent(page)}/undo`, { base, unsaved });

  redo = (page: string, base: number, unsaved: readonly string[]): Promise<PageState | PageChanges> =>
    this.call("POST", `/api/pages/${encodeURIComponent(page)}/redo`, { base, unsaved });

  page = (key: string): Promise<PageState> => this.call("GET", `/api/pages/${encodeURIComponent(key)}`);

  createPage = (key: string, title: string): Promise<PageState> => this.call("POST", "/api/pages", { key, title });

  deletePage = (key: string): Promise<unknown> => this.call("DELETE", `/api/pages/${encodeURIComponent(key)}`);

  readFile = (path: string): Promise<SourceFile> => this.call("GET", `/api/files/${encodePath(path)}`);

  saveFile = (path: string, text: string, baseDigest: string): Promise<{ digest: string }> =>
    this.call("PUT", `/api/files/${encodePath(path)}`, { text, base_digest: baseDigest });

  createFile = (path: string): Promise<SourceFile> => this.call("POST", "/api/files", { path });

  createFolder = (path: string): Promise<unknown> => this.call("POST", "/api/folders", { path });

  moveFile = (path: string, to: string): Promise<{ moved: [string, string][] }> => this.call("POST", "/api/files/move", { path, to });

  duplicateFile = (path: string): Promise<{ path: string }> => this.call("POST", "/api/files/duplicate", { path });

  deleteFile = (path: string): Promise<{ id: string; path: string }> => this.call("DELETE", `/api/files/${encodePath(path)}`);

  restoreFile = (id: string): Promise<{ path: string }> => this.call("POST", "/api/files/restore", { id });

  uses = (path: string): Promise<{ uses: FileUse[] }> => this.call("GET", `/api/uses/${encodePath(path)}`);

  upload = (path: string, file: Blob, replace: boolean): Promise<unknown> => this.call("PUT", `/api/raw/${encodePath(path)}${replace ? "?replace=1" : ""}`, file);

  rawAddress = (path: string): string => `/api/raw/${encodePath(path)}`;

  drafts = (): Promise<{ drafts: Draft[] }> => this.call("GET", "/api/drafts");

  keepDraft = (path: string, text: string, base: string): Promise<unknown> => this.call("PUT", `/api/drafts/${encodePath(path)}`, { text, base });

  dropDraft = (path: string): Promise<unknown> => this.call("DELETE", `/api/drafts/${encodePath(path)}`, {});

  stub = (page: string, component: string, event: string): Promise<Stub> =>
    this.call("POST", "/api/stubs", { page, component, event });

  createHandler = (
    page: string,
    component: string,
    event: string,
    path: string,
    buffer: { text: string; base_digest: string } | null,
  ): Promise<CreatedHandler> => this.call("POST", "/api/handlers", { page, component, event, path, buffer });

  handlerPlace = (name: string): Promise<Place> => this.call("GET", `/api/handlers/${encodeURIComponent(name)}`);

  planRename = (asked: object): Promise<RenamePlan> => this.call("POST", "/api/renames/plan", asked);

  rename = (asked: object): Promise<RenameDone> => this.call("POST", "/api/renames", asked);

  undoRename = (number: number): Promise<RenameDone> => this.call("POST", "/api/renames/undo", { number });

  search = (asked: object): Promise<SearchResult> => this.call("POST", "/api/search", asked);

  replace = (asked: object): Promise<ReplaceDone> => this.call("POST", "/api/replacements", asked);

  undoReplacement = (number: number): Promise<FilesDone> => this.call("POST", "/api/replacements/undo", { number });

  register = (registration: Registration, buffer: { text: string; base_digest: string } | null): Promise<FilesDone> => this.call("POST", "/api/registrations", { registration, buffer });

  undoRegistration = (number: number): Promise<FilesDone> => this.call("POST", "/api/registrations/undo", { number });

  stop = (): Promise<unknown> => this.call("POST", "/api/runtime/stop", {});

  restart = (): Promise<unknown> => this.call("POST", "/api/runtime/restart", {});

  state = (session: string, path: StatePath, start = 0): Promise<StateLevel> =>
    this.call("GET", `/api/sessions/${encodeURIComponent(session)}/state?path=${encodeURIComponent(JSON.stringify(path))}&start=${start}`);

  findState = (session: string, text: string): Promise<{ found: (StatePlace & { path: StatePath })[]; complete: boolean }> =>
    this.call("GET", `/api/sessions/${encodeURIComponent(session)}/found?text=${encodeURIComponent(text)}`);

  references = (session: string): Promise<{ references: Reference[] }> => this.call("GET", `/api/sessions/${encodeURIComponent(session)}/references`);

  assign = (session: string, path: StatePath, value: Json): Promise<unknown> => this.call("PUT", `/api/sessions/${encodeURIComponent(session)}/state`, { path, value });

  reset = (session: string): Promise<unknown> => this.call("POST", `/api/sessions/${encodeURIComponent(session)}/reset`, {});

  endSession = (session: string): Promise<unknown> => this.call("DELETE", `/api/sessions/${encodeURIComponent(session)}`);

  events = (): Promise<{ events: Fired[] }> => this.call("GET", "/api/events");

  event = (number: number): Promise<EventDetails> => this.call("GET", `/api/events/${number}`);

  cancel = (number: number): Promise<unknown> => this.call("POST", `/api/events/${number}/cancel`, {});

  replay = (number: number): Promise<unknown> => this.call("POST", `/api/events/${number}/replay`, {});

  problems = (): Promise<{ problems: Problem[] }> => this.call("GET", "/api/problems");

  conflict = (page: string): Promise<PageConflict> => this.call("GET", `/api/pages/${encodeURIComponent(page)}/conflict`);

  resolve = (page: string, digest: string, choices: readonly ("ours" | "theirs")[]): Promise<unknown> =>
    this.call("POST", `/api/pages/${encodeURIComponent(page)}/conflict`, { digest, choices });

  versions = (path: string): Promise<{ versions: Version[] }> => this.call("GET", `/api/versions/${encodePath(path)}`);

  version = (path: string, id: string): Promise<{ text: string }> => this.call("GET", `/api/version/${encodeURIComponent(id)}/${encodePath(path)}`);

  putBack = (path: string, id: string, baseDigest: string): Promise<SourceFile> =>
    this.call("POST", `/api/version/${encodeURIComponent(id)}/${encodePath(path)}`, { base_digest: baseDigest });

  theme = (): Promise<{ theme: Theme }> => this.call("GET", "/api/theme");

  setTheme = (theme: Theme): Promise<unknown> => this.call("PUT", "/api/theme", { theme });

  keepLayout = (values: Record<string, unknown>): Promise<unknown> => this.call("PUT", "/api/layout", { values }, true);

  preview = (): Promise<{ url: string }> => this.call("POST", "/api/preview", {});

  private async call<T>(method: string, path: string, body?: unknown, keepalive = false): Promise<T> {
    const bytes = body instanceof Blob;
    const headers: Record<string, string> =
      method === "GET" ? {} : { "Content-Type": bytes ? "application/octet-stream" : "application/json", "X-Mainspring-Token": this.token };
    let response: Response;
    try {
      response = await fetch(path, { method, headers, keepalive, ...(body === undefined ? {} : { body: bytes ? body : JSON.stringify(body) }) });
    } catch {
      throw new ApiError(0, "unreachable", "The Builder's service doesn't answer. Is its command, mainspring edit, still running?");
    }
    const text = await response.text();
    const answer = parsed(text);
    if (response.ok) return answer as T;
    const { error, current } = (answer ?? {}) as { error?: { code?: string; message?: string }; current?: { text: string; digest: string } };
    throw new ApiError(
      response.status,
      error?.code ?? "",
      error?.message ?? `The service answered ${response.status} to ${method} ${path}.`,
      current ?? null,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : null;
  } catch {
    return null;
  }
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
