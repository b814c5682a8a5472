/** The panes below the canvas: side by side or as tabs of one place, each closed, enlarged and sized. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { CodePane } from "./code_pane.tsx";
import { Button, IconButton, scrollSideways, Splitter } from "./controls.tsx";
import { ICONS } from "./icons.tsx";
import { LaterView } from "./later.tsx";
import { bottomHeight, dock, leftWidth, openPane } from "./layout.ts";
import { LogList } from "./log_pane.tsx";
import { LogTools } from "./log_tools.tsx";
import { paneDrop, paneSource } from "./pane_drag.ts";
import { besidePane, closePane, enlargePane, joinPane, moveLine, PANES, seenGroups, type PaneGroup, type PaneName } from "./panes.ts";
import { problemCount } from "./problems.ts";
import { sideViews, type View } from "./side_panes.ts";
import type { BuilderSocket } from "./socket.ts";
import { handlers } from "./store.ts";

const LABELS: Record<PaneName, string> = { code: "Code", log: "Log", state: "State", history: "Event history", handlers: "Handlers", search: "Search", problems: "Problems" };

const countOf = (pane: PaneName): number => (pane === "handlers" ? handlers.value.length : pane === "problems" ? problemCount.value : 0);
const keysOf = (pane: PaneName): string => (pane === "search" ? "Ctrl+Shift+F" : `Ctrl+${PANES.indexOf(pane) + 1}`);

export function Dock({ socket }: { socket: BuilderSocket }) {
  const seen = seenGroups(dock.value);
  const shut = dock.value.groups.filter((group) => !group.open);
  const closed = shut.length > 0 && (
    <div class="shut-panes">
      {shut.map(({ shown }) => (
        <Button key={shown} icon={ICONS.panelOpen} label={LABELS[shown]} tip={`Open ${LABELS[shown]}`} keys={keysOf(shown)} class="small" onClick={() => openPane(shown)} />
      ))}
    </div>
  );
  const columns = seen.map((group, i) => `${i ? "1px " : ""}minmax(0, ${group.share}fr)`).join(" ");
  const parts: ComponentChildren[] = [];
  let code: { style: string; controls: ComponentChildren } | null = null;
  seen.forEach((group, i) => {
    const column = `grid-column:${2 * i + 1};`;
    const controls = <Controls group={group} closed={i === seen.length - 1 && closed} />;
    const alone = group.panes.length === 1 && group.shown === "code";
    if (i) {
      const left = seen[i - 1]!;
      parts.push(
        <div key={`line ${i}`} class="dock-line" style={`grid-column:${2 * i}`}>
          <Splitter
            label={`Width of ${LABELS[left.shown]}`}
            axis="x"
            value={Math.round((100 * left.share) / (left.share + group.share))}
            min={5}
            max={95}
            scale={100 / Math.max(1, window.innerWidth - leftWidth.value)}
            onChange={(value) => (dock.value = moveLine(dock.value, left, (value - (100 * left.share) / (left.share + group.share)) / 100))}
          />
        </div>,
      );
    }
    if (!alone) parts.push(<Head key={`head ${group.panes.join(" ")}`} group={group} style={column} controls={controls} />);
    const place = `${column}grid-row:${alone ? "1 / 3" : "2"}`;
    if (group.shown === "code") code = { style: place, controls: alone ? controls : null };
    else parts.push(<Side key={group.shown} name={group.shown} style={place} />);
  });
  const { style, controls } = code ?? { style: "", controls: null };
  // Always there, so that the editor keeps its undo and its place wherever the pane goes.
  parts.push(<CodePane key="code" socket={socket} hidden={!code} style={style} controls={controls} />);
  const large = dock.value.enlarged !== null && seen.length === 1;
  return (
    <>
      {seen.length > 0 && !large && (
        <Splitter label="Height of the panes" axis="y" value={bottomHeight.value} min={120} max={700} invert onChange={(value) => (bottomHeight.value = value)} />
      )}
      <div
        class={`dock ${seen.length ? "" : "shut"} ${large ? "large" : ""}`}
        style={`${seen.length && !large ? `height:${bottomHeight.value}px;` : ""}grid-template-columns:${columns || "1fr"}`}
      >
        {parts}
        {!seen.length && closed}
        {paneDrop.value && <div class="pane-drop" style={paneDrop.value.style} />}
      </div>
    </>
  );
}

function Side({ name, style }: { name: Exclude<PaneName, "code">; style: string }) {
  return (
    <section class="region side-pane" aria-label={name === "log" ? "Log pane" : LABELS[name]} data-pane={name} style={style}>
      {name === "log" ? <Filled Tools={LogTools} Body={LogList} /> : <LaterView part={sideViews}>{(views) => <Filled {...views[name]} />}</LaterView>}
    </section>
  );
}

function Filled({ Tools, Body }: View) {
  return (
    <>
      {Tools && (
        <div class="pane-tools">
          <Tools />
        </div>
      )}
      <Body />
    </>
  );
}

function Head({ group, style, controls }: { group: PaneGroup; style: string; controls: ComponentChildren }) {
  useEffect(() => document.getElementById(`pane-tab-${group.shown}`)?.scrollIntoView({ block: "nearest", inline: "nearest" }), [group.shown]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || event.ctrlKey || event.altKey) return;
    const at = group.panes.indexOf(group.shown) + step;
    const next = group.panes[(at + group.panes.length) % group.panes.length]!;
    event.preventDefault();
    openPane(next);
    requestAnimationFrame(() => document.getElementById(`pane-tab-${next}`)?.focus());
  };
  return (
    <header class="region-head pane-head" style={style} data-group={group.panes[0]}>
      <div class="file-tabs" role="tablist" aria-label={`Panes: ${group.panes.map((pane) => LABELS[pane]).join(", ")}`} onKeyDown={onKeyDown} onWheel={scrollSideways}>
        {group.panes.map((pane) => {
          const count = countOf(pane);
          const current = pane === group.shown;
          return (
            <div key={pane} class={`file-tab ${current ? "current" : ""}`} role="presentation" data-tab={pane}>
              <button
                id={`pane-tab-${pane}`}
                type="button"
                role="tab"
                aria-selected={current}
                tabIndex={current ? 0 : -1}
                data-keys={keysOf(pane)}
                aria-keyshortcuts={keysOf(pane).replace("Ctrl", "Control")}
                {...paneSource(pane)}
                onClick={() => openPane(pane)}
              >
                {LABELS[pane]}
                {count > 0 && <span class="count">{count}</span>}
              </button>
            </div>
          );
        })}
      </div>
      <span class="spring" />
      {controls}
    </header>
  );
}

/** What can be done with the place of a pane. */
function Controls({ group, closed }: { group: PaneGroup; closed: ComponentChildren }) {
  const { shown } = group;
  const name = LABELS[shown];
  const all = dock.value.groups;
  const neighbour = all[all.indexOf(group) - 1] ?? all[all.indexOf(group) + 1];
  const large = dock.value.enlarged !== null && group.panes.includes(dock.value.enlarged);
  return (
    <div class="pane-controls">
      {closed}
      {group.panes.length > 1 ? (
        <IconButton icon={ICONS.beside} label={`Show ${name} beside the others`} onClick={() => (dock.value = besidePane(dock.value, shown))} />
      ) : (
        neighbour && <IconButton icon={ICONS.asTab} label={`Put ${name} into the tabs of ${LABELS[neighbour.shown]}`} onClick={() => (dock.value = joinPane(dock.value, shown, neighbour))} />
      )}
      <IconButton icon={large ? ICONS.smaller : ICONS.larger} label={large ? "Back to its size" : `Enlarge ${name}`} keys="Ctrl+Shift+M" pressed={large} onClick={() => (dock.value = enlargePane(dock.value, shown))} />
      <IconButton icon={ICONS.panelClose} label={`Close ${name}`} keys={keysOf(shown)} onClick={() => (dock.value = closePane(dock.value, shown))} />
    </div>
  );
}
