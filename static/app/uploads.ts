/** Files on their way to the service, one after the other, each with its progress and what went wrong with it. */
import { type ReadonlySignal, signal } from "@preact/signals";

export type Stage = "waiting" | "sending" | "sent" | "failed";

/** A file that was chosen. */
export interface Chosen {
  readonly id: number;
  readonly file: File;
  readonly stage: Stage;
  /** From 0 to 1. */
  readonly progress: number;
  /** Why it failed, or can't be sent. */
  readonly words: string;
  /** The id by which an event may name it, once. */
  readonly upload: string;
}

/** Sends one file; rejects with an `Error` whose message is for the person, or when `stop` is aborted. */
export type Send = (file: File, onProgress: (part: number) => void, stop: AbortSignal) => Promise<string>;

export interface Rules {
  multiple: boolean;
  /** Such as `.csv, image/*`; empty: all. */
  accept: string;
  /** Bytes; the smaller of what the component and the app allow. */
  most: number;
}

let lastId = 0;

/** What a file input holds: the files chosen last. */
export class Selection {
  private readonly listSignal = signal<readonly Chosen[]>([]);
  private current: { id: number; stop: AbortController } | null = null;
  private stopped = false;

  /** `done` is told the uploads' ids when all files of the selection have arrived or failed. */
  constructor(
    private readonly send: Send,
    private readonly done: (uploads: string[]) => void,
  ) {}

  get list(): ReadonlySignal<readonly Chosen[]> {
    return this.listSignal;
  }

  /** These files take the place of those before. */
  choose(files: readonly File[], rules: Rules): void {
    this.current?.stop.abort();
    this.listSignal.value = files.map((file, place): Chosen => {
      const words = !rules.multiple && place > 0 ? "Only one file can be chosen." : problem(file, rules);
      return { id: ++lastId, file, stage: words ? "failed" : "waiting", progress: 0, words, upload: "" };
    });
    void this.sendAll();
  }

  /** Without this file. An event uses its uploads up, so after it what is left is sent again. */
  remove(id: number): void {
    const gone = this.listSignal.peek().find((each) => each.id === id);
    if (!gone) return;
    if (this.current?.id === id) this.current.stop.abort();
    const rest = this.listSignal.peek().filter((each) => each !== gone);
    const again = (each: Chosen): Chosen => (each.stage === "sent" && !each.upload ? { ...each, stage: "waiting", progress: 0 } : each);
    this.listSignal.value = gone.stage === "sent" ? rest.map(again) : rest;
    if (gone.stage !== "failed") void this.sendAll();
  }

  /** What has arrived is not held by the app any more. */
  forget(): void {
    this.listSignal.value = this.listSignal.peek().filter(({ stage }) => stage !== "sent");
  }

  /** Nobody waits any longer. */
  stop(): void {
    this.stopped = true;
    this.current?.stop.abort();
  }

  private async sendAll(): Promise<void> {
    if (this.current) return;
    for (let next = this.next(); next && !this.stopped; next = this.next()) {
      const { id, file } = next;
      const stop = new AbortController();
      this.current = { id, stop };
      this.change(id, { stage: "sending" });
      try {
        const upload = await this.send(file, (progress) => this.change(id, { progress }), stop.signal);
        this.change(id, { stage: "sent", progress: 1, upload });
      } catch (error) {
        this.change(id, { stage: "failed", words: error instanceof Error ? error.message : "" });
      }
    }
    this.current = null;
    if (this.stopped) return;
    const list = this.listSignal.peek();
    const uploads = list.flatMap(({ upload }) => (upload ? [upload] : []));
    // Where nothing could be sent, nothing has changed for the app.
    if (list.length > 0 && uploads.length === 0) return;
    this.listSignal.value = list.map((each) => ({ ...each, upload: "" }));
    this.done(uploads);
  }

  private next(): Chosen | undefined {
    return this.listSignal.peek().find(({ stage }) => stage === "waiting");
  }

  private change(id: number, change: Partial<Chosen>): void {
    this.listSignal.value = this.listSignal.peek().map((each) => (each.id === id ? { ...each, ...change } : each));
  }
}

function problem(file: File, { accept, most }: Rules): string {
  if (!isAccepted(file.name, file.type, accept)) return `Only these files are accepted: ${acceptedInWords(accept)}`;
  if (file.size > most) return `It is larger than ${inWords(most)}.`;
  return "";
}

/** The twin of `is_accepted` in runtime/offers.py. */
export function isAccepted(name: string, type: string, accept: string): boolean {
  const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter((kind) => kind !== "");
  const [media = ""] = type.toLowerCase().split(";");
  const fits = (kind: string) => {
    if (kind.startsWith(".")) return name.toLowerCase().endsWith(kind);
    return kind === "*/*" || media.trim() === kind || (kind.endsWith("/*") && media.startsWith(kind.slice(0, -1)));
  };
  return kinds.length === 0 || kinds.some(fits);
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ["image/*", "images"],
  ["audio/*", "audio"],
  ["video/*", "videos"],
]);

/** Such as `images, .pdf` for `image/*,.pdf`. */
export function acceptedInWords(accept: string): string {
  const kinds = accept.split(",").map((kind) => kind.trim()).filter((kind) => kind !== "");
  return kinds.map((kind) => KINDS.get(kind.toLowerCase()) ?? kind).join(", ");
}

/** Such as `1.4 MB`. */
export function inWords(bytes: number): string {
  if (bytes === 1) return "1 byte";
  const units = ["bytes", "KB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return `${bytes.toLocaleString(undefined, { maximumFractionDigits: bytes < 10 && unit > 0 ? 1 : 0 })} ${units[unit]}`;
}

/** POST one file as a form; browsers tell the progress of such a request only to its older interface. */
export function postFile(
  address: string,
  ticket: string,
  file: Blob,
  name: string,
  onProgress: (part: number) => void = () => undefined,
  stop: AbortSignal | null = null,
): Promise<string> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-Mainspring-Ticket", ticket);
    request.responseType = "text";
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => lengthComputable && onProgress(loaded / total);
    request.onload = () => {
      const { id, error } = answer(request.responseText);
      if (request.status === 200 && id) done(id);
      else fail(new Error(error?.message ?? "The service did not take the file."));
    };
    request.onerror = () => fail(new Error("The connection was lost. Choose the file again."));
    request.onabort = () => fail(new Error("Cancelled."));
    stop?.addEventListener("abort", () => request.abort(), { once: true });
    if (stop?.aborted) return fail(new Error("Cancelled."));
    const form = new FormData();
    form.append("file", file, name);
    request.send(form);
  });
}

function answer(text: string): { id?: string; error?: { message?: string } } {
  try {
    return JSON.parse(text) as { id?: string };
  } catch {
    return {};
  }
}
