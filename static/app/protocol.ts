/** What an app's page and the service say to each other. The twin of builder/sessions/session_messages.py; a test compares them. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Keys are texts, positions in lists are numbers. */
export type Path = readonly (string | number)[];

/** A component as browsers get it: every field filled, and the names of linked events, never of handlers. */
export interface Component {
  id: string;
  type: string;
  fields: Record<string, Json>;
  binding: string | null;
  on: string[];
  visible: boolean | string;
  children: Component[];
  /** Of a component of the app's own: the address of its script. */
  module?: string;
}

/** The topmost component of a page; its id is the page's key. */
export interface Page extends Component {
  order: number;
}

export type Operation =
  | ["set", Path, Json]
  | ["delete", Path]
  | ["splice", Path, number, number, Json[]]
  | ["append", Path, string];

// --- to the service ----------------------------------------------------------------------------------

export interface Join {
  type: "join";
  ticket: string;
  session: string | null;
  page: string;
  route_vars: Record<string, string>;
}

/** `rows`: keys of the repeater rows around the component, outermost first. */
export interface Event {
  type: "event";
  sequence: number;
  page: string;
  component: string;
  event: string;
  payload: Json;
  rows: string[];
}

/** `pages`: a revision of the pages is missing, not one of state. */
export interface Resync {
  type: "resync";
  pages: boolean;
}

/** The address of the page has changed. */
export interface Navigate {
  type: "navigate";
  page: string;
  route_vars: Record<string, string>;
}

/** The answer to an action with a `call`; with an `error` the value is nothing. */
export interface Result {
  type: "result";
  call: string;
  value: Json;
  error: string | null;
}

/** What a cell of one column must be for its row to be shown; what isn't set asks nothing. */
export interface Filter {
  column: number;
  /** Is in the cell's text, in any case of letters. */
  text: string;
  /** Bounds of numbers, or of dates as ISO text; both are within. */
  low: number | string | null;
  high: number | string | null;
  /** Texts of which the cell is one. */
  choices: string[] | null;
  empty: "" | "only" | "none";
}

/** Rows of the frame that a dataframe shows; answered by `rows` with the same number, while the line holds. */
export interface ReadRows {
  type: "read_rows";
  request: number;
  page: string;
  component: string;
  rows: string[];
  /** That of the frame, as it came with state. */
  version: string;
  start: number;
  count: number;
  /** Position of a column; `null`: rows as they stand in the frame. */
  sort: number | null;
  descending: boolean;
  search: string;
  filters: Filter[];
  /** `positions`: where the rows stand in the frame, without their cells. */
  form: "cells" | "positions";
}

/** Asked for by HTTP: what a dataframe shows, as a file. */
export type DownloadRows = Omit<ReadRows, "type" | "request" | "start" | "count" | "form"> & {
  /** Positions of the columns that it shall have, in this order; empty for all. */
  columns: number[];
};

/** A component of the app's own has failed; the service listens while the app is edited. */
export interface Problem {
  type: "problem";
  component: string;
  message: string;
}

export type FromBrowser = Join | Event | Resync | Navigate | Result | ReadRows | Problem;

// --- from the service --------------------------------------------------------------------------------

/** `session` names the session, `key` opens it: to resume it, and for what goes by HTTP. */
export interface Joined {
  type: "joined";
  session: string;
  key: string;
  resumed: boolean;
  revision: number;
  pages: Page[];
  pages_revision: number;
  state: Record<string, Json>;
  sequence: number;
}

export interface Snapshot {
  type: "snapshot";
  revision: number;
  state: Record<string, Json>;
}

/** Theme and style sheets have changed: `sheets` are the addresses to link to, in this order. */
export interface Looks {
  type: "looks";
  scheme: string;
  sheets: string[];
}

export interface Changes {
  type: "changes";
  revision: number;
  operations: Operation[];
}

export interface Done {
  type: "done";
  sequence: number;
  status: "ok" | "error" | "refused" | "cancelled" | "lost";
  message: string;
  error_id: string;
  /** What the event has changed since the last ones; not there in an answer that is given again. */
  changes?: Changes;
}

/** `busy`: ask again later. `lost`: state will come anew, ask then. `superseded`: a newer request came first. */
export interface Rows {
  type: "rows";
  request: number;
  status: "ok" | "refused" | "superseded" | "busy" | "lost";
  message: string;
  body: RowsBody | null;
}

/** Rows from `start` of the `total` that were found; `positions` say where in the frame each one stands. */
export interface RowsBody {
  start: number;
  total: number;
  positions: number[];
  cells: Json[][];
}

export interface Pages {
  type: "pages";
  pages: Page[];
  pages_revision: number;
}

/** A component with its children by id; that of a page has its `order` too. */
export type Part = Omit<Component, "children"> & { children: string[] };

/** What makes the pages of the revision before those of this one: by page, the components that have changed or come. */
export interface Parts {
  type: "parts";
  pages: Record<string, Part[]>;
  pages_revision: number;
}

export interface SessionStatus {
  type: "status";
  state: "starting" | "live" | "stopped" | "failed";
}

/** Something to do once; which further keys there are depends on `action`. */
export interface Action {
  type: "action";
  action: string;
  [key: string]: Json;
}

export type ToBrowser = Joined | Snapshot | Changes | Done | Pages | Parts | SessionStatus | Action | Rows | Looks;

/** Why the service closed the line. After the first three coming back may help, after the others it doesn't. */
export const CLOSE = {
  tooMany: 1013,
  timeout: 4408,
  busy: 1008,
  malformed: 4400,
  ticket: 4401,
  notLetIn: 4403,
  replaced: 4409,
} as const;

/** What the page's HTML carries. */
export interface Bootstrap {
  ticket: string;
  socket: string;
  mode: "run" | "edit";
  title: string;
  builder_origin: string | null;
  base: string;
  /** The largest file that the service takes. */
  upload_bytes: number;
}
