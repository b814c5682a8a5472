/** Calls that a handler makes to a function of the page: what is answered is JSON, or says what went wrong. */
import type { Imports } from "./imports.ts";
import type { Action, Json, Result } from "./protocol.ts";

const MOST_BYTES = 512 * 1024;
// The service takes no message that is nested deeper than twice this.
const MOST_LEVELS = 32;
const MOST_WORDS = 1_000;

export async function answerCall(action: Action, imports: Pick<Imports, "module">): Promise<Result> {
  const call = String(action["call"] ?? "");
  try {
    return { type: "result", call, value: await result(action, imports), error: null };
  } catch (error) {
    return { type: "result", call, value: null, error: words(error) };
  }
}

async function result(action: Action, imports: Pick<Imports, "module">): Promise<Json> {
  const key = String(action["module"] ?? "");
  const name = String(action["name"] ?? "");
  const module = await imports.module(key);
  const found = Object.hasOwn(module, name) ? module[name] : undefined;
  if (typeof found !== "function") throw new Error(`the module ${JSON.stringify(key)} exports no function ${JSON.stringify(name)}`);
  const args = Array.isArray(action["args"]) ? action["args"] : [];
  return asJson(await (found as (...args: Json[]) => unknown)(...args), name);
}

/** `value` as it goes over the wire; a function without a result answers `null`. */
export function asJson(value: unknown, name: string): Json {
  const encoded = JSON.stringify(value ?? null) as string | undefined;
  if (encoded === undefined) throw new Error(`${name} returned a ${typeof value}, which is no JSON`);
  if (new TextEncoder().encode(encoded).length > MOST_BYTES) throw new Error(`${name} returned more than 512 KB`);
  const plain = JSON.parse(encoded) as Json;
  if (!isWithin(plain, MOST_LEVELS)) throw new Error(`${name} returned what is nested deeper than ${MOST_LEVELS} levels`);
  return plain;
}

function isWithin(value: Json, levels: number): boolean {
  if (value === null || typeof value !== "object") return true;
  return levels > 0 && Object.values(value).every((item) => isWithin(item, levels - 1));
}

function words(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Half a character is no text that the service would take.
  return text.slice(0, MOST_WORDS).replace(/\p{Surrogate}/gu, "\ufffd");
}
