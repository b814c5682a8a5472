/** Saves what a table shows as a file: rows on the server come from there, others are written here. */
import type { Instance } from "../../app/instance.ts";
import type { DownloadRows } from "../../app/protocol.ts";
import { asked, type Query, type Table } from "../../app/table.ts";
import { csv } from "../../app/table_csv.ts";
import { foundRows } from "../../app/table_sorting.ts";

/** Rejects with an `Error` whose message is for the person. */
export async function download(c: Instance, table: Table, query: Query, columns: readonly number[]): Promise<void> {
  const isHere = table.version === null || table.rows.length >= table.total;
  const file = isHere ? writtenHere(table, query, columns) : await fromServer(c, table, query, columns);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  const label = c.text("label").value || "table";
  link.download = `${label.replace(/[^\p{L}\p{N} _.-]+/gu, "_").slice(0, 80)}.csv`;
  link.click();
  // The browser reads it after this turn; a minute is more than it needs.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function writtenHere(table: Table, query: Query, columns: readonly number[]): Blob {
  const names = columns.map((column) => table.columns[column]?.name ?? "");
  const rows = foundRows(table, query).map((row) => columns.map((column) => table.rows[row]?.[column] ?? null));
  return new Blob([csv(names, rows)], { type: "text/csv;charset=utf-8" });
}

async function fromServer(c: Instance, table: Table, query: Query, columns: readonly number[]): Promise<Blob> {
  const wanted: DownloadRows = { page: c.page, component: c.id, rows: [...c.rows], version: table.version ?? "", columns: [...columns], ...asked(query) };
  const form = new FormData();
  form.append("query", JSON.stringify(wanted));
  const { bootstrap, connection } = c.session;
  let response: Response;
  try {
    response = await fetch(`${bootstrap.base}rows.csv`, { method: "POST", body: form, headers: { "X-Mainspring-Ticket": connection.sessionKey ?? "" } });
    if (response.ok) return await response.blob();
  } catch {
    throw new Error("The download broke off; try it again.");
  }
  const answer = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new Error(answer?.error?.message ?? "This can't be downloaded now.");
}
