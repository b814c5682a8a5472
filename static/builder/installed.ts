/** Files of installed packages: a definition leads to them; they are shown, and never written. */
import type { SourceFile } from "./protocol.ts";

type Ask = (method: string, params: object) => Promise<unknown>;

let ask: Ask = () => Promise.reject(new Error("not started"));

export function startInstalled(with_: Ask): void {
  ask = with_;
}

/** Paths of the app's own files are relative. */
export const isInstalled = (path: string): boolean => /^(\/|[A-Za-z]:[\\/])/.test(path);

/** How a tab calls it: `json/__init__.py`. */
export const titleOf = (path: string): string => (isInstalled(path) ? path.replace(/^.*[\\/](site-packages|dist-packages|typeshed[\\/]stdlib|lib[\\/]python[\d.]+|Lib)[\\/]/, "") : path);

/** Rejects where no definition has led to it, or it can't be read. */
export async function readInstalled(path: string): Promise<SourceFile> {
  const { text } = (await ask("workspace/textDocumentContent", { textDocument: { uri: path }, text: "" })) as { text: string };
  return { path, text, digest: "" };
}
