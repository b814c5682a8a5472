/** A table. Only rows in view are in the page, so long ones scroll as well as short ones. */
import { ArrowDown, ArrowUp, Check, Minus } from "lucide";
import { useMemo, useRef, useState } from "preact/hooks";
import { useDerived } from "../../app/hooks.ts";
import { Icon } from "../../app/icon.tsx";
import type { Props } from "../../app/page.tsx";
import type { Json } from "../../app/protocol.ts";
import { cellText, type CellType, tableOf } from "../../app/table.ts";
import { nextSorting, sortedRows, type Sorting } from "../../app/table_sorting.ts";
import { useRowWindow } from "../../app/row_window.ts";

const count = new Intl.NumberFormat(undefined);

export function render({ c }: Props) {
  const table = useDerived(() => tableOf(c.value("data").value), [c]).value;
  const [sorting, sort] = useState<Sorting | null>(null);
  const order = useMemo(() => sortedRows(table, sorting), [table, sorting]);
  const scroller = useRef<HTMLDivElement>(null);
  const wrap = c.flag("wrap_text");
  const rows = useRowWindow(scroller, order.length, wrap);
  const numbered = c.flag("show_index");
  const label = c.text("label");
  // One column more than there is data takes what is left of the width, so that numbers stay near their names.
  const spans = table.columns.length + (numbered ? 2 : 1);
  return (
    <div {...c.root("dataframe")}>
      {label.value && <span class="label">{label}</span>}
      <div
        class="table-scroll"
        ref={scroller}
        style={{ maxHeight: `${Math.max(80, c.number("max_height") ?? 420)}px` }}
        tabIndex={0}
        role={label.value ? "region" : "group"}
        aria-label={label.value || "Table"}
        onScroll={rows.follow}
      >
        <table aria-rowcount={table.total + 1} class={wrap ? "wrapped" : ""}>
          <colgroup>
            {numbered && <col style={{ width: `${String(table.total).length + 4}ch` }} />}
            {table.columns.map(({ name, width }) => (
              <col key={name} style={{ width: `calc(${width}ch + 28px)` }} />
            ))}
            <col />
          </colgroup>
          {table.columns.length > 0 && (
            <thead>
              <tr>
                {numbered && <th class="number" scope="col"><span class="visually-hidden">Row</span></th>}
                {table.columns.map(({ name, type }, i) => {
                  const direction = sorting?.column === i ? sorting.direction : null;
                  return (
                    <th key={name} class={type} scope="col" aria-sort={direction ?? "none"}>
                      <button type="button" onClick={() => sort(nextSorting(sorting, i))}>
                        <span>{name}</span>
                        {direction && <Icon icon={direction === "ascending" ? ArrowUp : ArrowDown} />}
                      </button>
                    </th>
                  );
                })}
                <th aria-hidden="true" />
              </tr>
            </thead>
          )}
          <tbody>
            {rows.before > 0 && <Space height={rows.before} span={spans} />}
            {order.slice(rows.start, rows.end).map((row, i) => (
              <tr key={row} aria-rowindex={rows.start + i + 2}>
                {numbered && <td class="number index">{count.format(row + 1)}</td>}
                {table.columns.map(({ name, type }, column) => (
                  <Cell key={name} value={table.rows[row]?.[column] ?? null} type={type} />
                ))}
                <td aria-hidden="true" />
              </tr>
            ))}
            {rows.after > 0 && <Space height={rows.after} span={spans} />}
          </tbody>
        </table>
        {table.rows.length === 0 && <p class="table-empty">{c.text("empty_text")}</p>}
      </div>
      {table.total > table.rows.length && (
        <p class="help">
          Showing the first {count.format(table.rows.length)} of {count.format(table.total)} rows.
        </p>
      )}
    </div>
  );
}

function Cell({ value, type }: { value: Json; type: CellType }) {
  if (typeof value === "boolean") {
    return (
      <td class="boolean">
        <Icon icon={value ? Check : Minus} class={value ? "" : "quiet"} />
        <span class="visually-hidden">{value ? "yes" : "no"}</span>
      </td>
    );
  }
  const text = cellText(value, type);
  return (
    <td class={typeof value === "number" ? "number" : type} title={text.length > 40 ? text : undefined}>
      {text}
    </td>
  );
}

function Space({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true">
      <td class="space" colSpan={span} style={{ height: `${height}px` }} />
    </tr>
  );
}
