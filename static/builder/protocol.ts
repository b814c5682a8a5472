/** What the Builder's page and its service say to each other; the service's side is builder/routes_editing*.py. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What an event does without code. Texts may hold `@{…}`; `@{payload}` is what the event carries. */
export type BuiltIn =
  | { action: "go_to_page"; page: string }
  | { action: "set_state"; path: string; value: Json }
  | { action: "open_dialog"; dialog: string }
  | { action: "close_dialog"; dialog: string }
  | { action: "open_link"; url: string };

export interface Component {
  id: string;
  type: string;
  fields?: Record<string, Json>;
  binding?: string | null;
  /** Of each event the name of its handler, or what it does without code. */
  on?: Record<string, string | BuiltIn>;
  visible?: boolean | string;
  children?: Component[];
}

export interface FieldSpec {
  title: string;
  type: string;
  default: Json;
  group: string;
  help: string;
  options: Record<string, string> | null;
  min: number | null;
  max: number | null;
  step: number | null;
  required: boolean;
}

export interface EventSpec {
  payload: string;
  description: string;
  example: Json;
}

export interface ComponentType {
  type: string;
  title: string;
  category: string;
  description: string;
  icon: string;
  children: "none" | "any" | string[];
  parents: "any" | string[];
  axis: "vertical" | "horizontal";
  default_event: string | null;
  binding: string | null;
  initial_children: string[];
  fields: Record<string, FieldSpec>;
  events: Record<string, EventSpec>;
  /** Of an app's own component: the address of its script. */
  module?: string | null;
}

export type Catalogue = Record<string, ComponentType>;

export interface PageState {
  key: string;
  order: number;
  revision: number;
  page: Component;
  undo: string | null;
  redo: string | null;
}

/** A component with its children by id. */
export type Part = Omit<Component, "children"> & { children?: string[] };

/** A page for whoever has a revision of it from `base` on: what has changed since, as it is now. */
export interface PageChanges {
  key: string;
  order: number;
  base: number;
  revision: number;
  parts: Part[];
  undo: string | null;
  redo: string | null;
}

export interface BrokenPage {
  key: string;
  file: string;
  line: number;
  column: number;
  message: string;
}

export interface AppFile {
  path: string;
  size: number;
  /** The file of the app that this one is a link to. */
  link?: string;
}

export interface Handler {
  name: string;
  module: string;
  file: string;
  line: number;
  parameters: string[];
  kind: string;
  own: boolean;
  doc: string;
  problem: string | null;
}

export interface TraceFrame {
  file: string;
  line: number;
  end_line: number | null;
  column: number | null;
  end_column: number | null;
  function: string;
  source: string;
  owner: string;
  /** So many of the same calls came right behind it. */
  repeated?: number;
}

export interface ErrorReport {
  type: string;
  message: string;
  frames: TraceFrame[];
  notes?: string[];
  cause?: ErrorReport | null;
  /** `cause` was being handled when this came: nobody said that it caused this. */
  during?: boolean;
  members?: ErrorReport[];
  /** So many frames are left out in the middle, and so many members at the end. */
  more_frames?: number;
  more_members?: number;
}

export interface Status {
  state: "starting" | "checking" | "live" | "failed" | "stopped" | "crashed";
  generation: number | null;
  ms: number | null;
  kept: number;
  dropped: Record<string, string>;
  message: string;
  error: ErrorReport | null;
  responding: boolean;
}

export interface LogRecord {
  number: number;
  time: number;
  stream: string;
  level: string;
  text: string;
  logger: string;
  session_id: string;
  sequence: number | null;
  event: string;
  handler: string;
  component: string;
  error_id: string;
  error: ErrorReport | null;
  /** From 1: the line of the same stream and event, that many back, that this goes on with; over it, if it begins with `\r`. */
  over: number;
  /** Stands for so many lines that the app's process left out. */
  skipped: number;
  /** Characters of the text that aren't here: `api/log/{number}` has them. */
  cut: number;
}

export interface Fired {
  number: number;
  component: string;
  event: string;
  handler: string;
  status: string;
  run_ms: number;
  queue_ms: number;
  time: number;
  session: string;
  sequence: number;
  replay_of: number | null;
  /** What it did without code, in words. */
  action: string;
}

/** A path in state: keys, and positions in lists. */
export type StatePath = (string | number)[];

export interface Change {
  path: StatePath;
  before: string | null;
  after: string | null;
  file: string;
  line: number;
}

export interface EventDetails {
  fired: Fired;
  page: string;
  rows: string[];
  payload: string;
  message: string;
  error_id: string;
  send_ms: number;
  sent_bytes: number;
  changes: Change[];
  missing: string[];
  no_replay: string | null;
}

export interface SessionInfo {
  id: string;
  page: string;
  opened: number;
}

/** One place in a session's state. `value` is there if it is short JSON, and so can be edited. */
export interface StatePlace {
  key: string | number;
  kind: "object" | "list" | "text" | "number" | "boolean" | "null" | "frame" | "other";
  type: string;
  preview: string;
  size?: number;
  value?: Json;
  writer?: { handler: string; file: string; line: number };
}

export interface StateLevel extends StatePlace {
  items: StatePlace[];
}

export interface Reference {
  page: string;
  component: string;
  field: string;
  path: StatePath;
  missing: string | null;
}

/** Colours are `#rrggbb`, or empty for what there is anyway. */
export interface Theme {
  scheme: "auto" | "light" | "dark";
  accent: string;
  surface: string;
  text: string;
  accent_dark: string;
  surface_dark: string;
  text_dark: string;
  radius: number;
  density: "compact" | "regular" | "roomy";
  font: "sans" | "serif" | "mono" | "rounded";
}

export interface Question {
  id: string;
  aspect: string;
  title: string;
  ours: string;
  theirs: string;
}

/** A page that a merge left in two versions. */
export interface PageConflict {
  key: string;
  digest: string;
  questions: Question[];
}

/** A kept version of a file; `time` in seconds since the epoch. */
export interface Version {
  id: string;
  time: number;
  size: number;
}

/** What solves a problem: operations of a page, or what main.py has to make known. */
export interface Fix {
  title: string;
  page: string;
  operations: Operation[];
  registration: Registration | null;
}

/** Without a `function` the module is registered, with one it is imported from there. */
export interface Registration {
  module: string;
  function: string;
}

export interface Problem {
  code: string;
  severity: "error" | "warning";
  message: string;
  page: string;
  component: string;
  field: string;
  file: string;
  line: number;
  column: number;
  fixes: Fix[];
}

/** Whose packages the editor completes; without a `path` it is what the app runs under. */
export interface Environment {
  name: string;
  version: string;
  path: string | null;
  wrong: string;
}

export interface Overview {
  name: string;
  catalogue: Catalogue;
  pages: PageState[];
  broken: BrokenPage[];
  files: AppFile[];
  folders: string[];
  files_complete: boolean;
  handlers: Handler[];
  status: Status;
  read_only: string | null;
  environment: Environment;
}

export interface Bootstrap {
  app: string;
  path: string;
  write_token: string;
  ticket: string;
  preview_url: string;
  version: string;
}

/** One change of one page; a failed one changes nothing. */
export type SingleOperation =
  | { op: "add"; component: Component; parent: string; index: number }
  | { op: "set"; id: string; field: string; value: Json }
  | { op: "bind"; id: string; path: string | null }
  | { op: "link"; id: string; event: string; handler: string | BuiltIn | null }
  | { op: "show"; id: string; visible: boolean | string }
  | { op: "move"; id: string; parent: string; index: number }
  | { op: "delete"; id: string }
  | { op: "rename"; id: string; new_id: string };

/** Several operations as one step of the history. */
export type Operation = SingleOperation | { op: "batch"; label: string; operations: SingleOperation[] };

export type ServerPush =
  | ({ type: "status" } & Status)
  | ({ type: "page" } & PageState)
  | ({ type: "parts" } & PageChanges)
  | { type: "pages"; pages: PageState[]; broken: BrokenPage[] }
  | { type: "file"; path: string; digest: string | null }
  | { type: "files"; files: AppFile[]; folders: string[]; complete: boolean }
  | { type: "handlers"; handlers: Handler[] }
  | { type: "log"; records: LogRecord[]; skipped: number; history: boolean }
  | { type: "catalogue"; catalogue: Catalogue }
  | { type: "touched"; session: string; paths: StatePath[] }
  | { type: "sessions"; sessions: SessionInfo[] }
  | { type: "access"; read_only: string | null }
  | ({ type: "event" } & Fired);

export interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string };
}

/** As in the Language Server Protocol: lines and UTF-16 columns from 0. */
export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface TextEdit {
  range: Range;
  newText: string;
}

/** A diagnostic; `data` is a fix that changes nothing of what the code does. */
export interface Finding {
  range: Range;
  severity: number;
  message: string;
  code?: string;
  source?: string;
  data?: { title: string; edits: TextEdit[] };
}

export interface SourceFile {
  path: string;
  text: string;
  digest: string;
  /** What is at most of its lines' ends, and how it is encoded; left out where that is the usual. */
  newline?: string;
  encoding?: string;
  bom?: boolean;
}

/** Unsaved work: `base` is the digest of what was edited, `time` in seconds since the epoch. */
export interface Draft {
  path: string;
  text: string;
  base: string;
  time: number;
}

/** A line that needs a file. */
export interface FileUse {
  path: string;
  line: number;
  text: string;
}

export interface Stub {
  name: string;
  source: string;
  tokens: [string, string][];
}

export interface CreatedHandler extends SourceFile {
  handler: string;
  line: number;
  character: number;
}

export interface Place {
  path: string;
  line: number;
  character: number;
}

// --- the agent in the previewed page --------------------------------------------------------------

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface LayoutItem {
  id: string;
  type: string;
  parent: string | null;
  index: number;
  rect: Rect;
  axis: "vertical" | "horizontal";
}

/** What stands for a component while that isn't shown itself: the button of a tab. */
export interface Handle {
  id: string;
  rect: Rect;
}

export interface Layout {
  page: string;
  scroll: { x: number; y: number };
  width: number;
  height: number;
  items: LayoutItem[];
  handles: Handle[];
}

export type ToAgent =
  | { type: "connect" }
  | { type: "select"; ids: string[] }
  | { type: "use"; on: boolean }
  | { type: "reveal"; id: string }
  | { type: "open"; id: string }
  | { type: "measure" }
  | { type: "scroll"; x: number; y: number }
  | { type: "page"; key: string };

export interface Stroke {
  key: string;
  code: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  meta: boolean;
}

export type FromAgent =
  | { type: "ready"; page: string }
  | { type: "session"; id: string }
  | ({ type: "layout" } & Layout)
  | { type: "picked"; id: string; additive: boolean }
  | { type: "opened"; id: string }
  | { type: "hovered"; id: string | null }
  | { type: "add"; parent: string; child: string }
  | { type: "drag"; phase: "start" | "move" | "drop" | "cancel"; id: string; x: number; y: number; alt: boolean }
  | ({ type: "key" } & Stroke)
  | { type: "page"; key: string };

/** What to rename: a name at a place of the code (as LSP counts), a handler as links call it, a component of a page, or a module or package. */
export type RenameWhat = { path: string; line: number; character: number } | { handler: string } | { component: string; page: string } | { file: string };

/** `sure`: of a line that can be left out, whether it surely belongs to the rename. */
export interface RenamedLine {
  line: number;
  before: string;
  after: string;
  sure: boolean | null;
}

export interface RenamePlan {
  name: string;
  new_name: string;
  files: { path: string; lines: RenamedLine[]; unsaved: boolean }[];
  links: { page: string; component: string; event: string; before: string; after: string }[];
  left: CodePlace[];
  fingerprint: string;
  /** Whether more is concerned than a component's own page. */
  elsewhere: boolean;
  /** What could not be searched, in words. */
  notes: string[];
}

/** LSP's `Location`, with the line where it is known. */
export interface CodePlace {
  uri: string;
  range: Range;
  text?: string;
}

export interface RenameDone {
  number: number;
  files: { path: string; text: string; digest: string }[];
  pages: string[];
  /** Files that have another path, before and after. */
  moved: [string, string][];
}

// --- search over all files ------------------------------------------------------------------------

export interface SearchQuery {
  text: string;
  regex: boolean;
  case: boolean;
  word: boolean;
  files: string;
}

export interface FoundLine {
  line: number;
  character: number;
  text: string;
  spans: [number, number][];
  inserted: string[];
}

export interface FoundFile {
  path: string;
  lines: FoundLine[];
  unsaved: boolean;
}

export interface SearchResult {
  files: FoundFile[];
  complete: boolean;
  fingerprint: string;
}

/** Files were written as one, which can be taken back. */
export interface FilesDone {
  number: number;
  files: { path: string; text: string; digest: string }[];
}

export interface ReplaceDone extends FilesDone {
  places: number;
}
