/** One event of the selection: what it carries, who hears it, how that went last, and what can be done about it. */
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ActionForm } from "./action_form.tsx";
import type { Api } from "./api.ts";
import { begun, isWhole, titleOf, type Kind } from "./built_in.ts";
import { createHandler, openHandler } from "./code.ts";
import { HandlerPicker } from "./combobox.tsx";
import { Button, IconButton } from "./controls.tsx";
import { operate } from "./edits.ts";
import { handlerFile, unregistered } from "./handler_files.ts";
import { Icon, type IconNode, ICONS } from "./icons.tsx";
import { openPane } from "./layout.ts";
import { clock } from "./log_rows.ts";
import { milliseconds } from "./handler_runs.ts";
import { applyFix, problems } from "./problems.ts";
import type { BuiltIn, Component, EventSpec, Fired } from "./protocol.ts";
import { revealPath } from "./state_store.ts";
import { StubView } from "./stub_view.tsx";
import { catalogue, current, fired, handlerByName, handlers, loaded, pages, select, showPage, status } from "./store.ts";

/** The event whose stub is shown, as `component event`. */
const stubShown = signal<string | null>(null);
/** What is being chosen for an event, until nothing is missing in it and the service has it. */
const begunAction = signal<{ key: string; does: BuiltIn } | null>(null);

type ChipState = { kind: "linked" | "missing" | "problem"; tip: string };

function chipState(handler: string): ChipState {
  const known = handlerByName.value.get(handler);
  if (known?.problem) return { kind: "problem", tip: known.problem };
  if (known) return { kind: "linked", tip: `${known.file}:${known.line} — go to the code` };
  if (!loaded.value || status.value.state === "starting" || status.value.state === "checking" || handlers.value.length === 0) return { kind: "linked", tip: "Go to the code" };
  const module = unregistered(handler);
  return { kind: "missing", tip: module ? `main.py must call init_handlers(${module}) first.` : `No function is called ${handler}.` };
}

export function EventRow({ api, component, event, spec }: { api: Api; component: Component; event: string; spec: EventSpec | null }) {
  const key = `${component.id} ${event}`;
  const linked = component.on?.[event];
  const draft = begunAction.value?.key === key ? begunAction.value.does : null;
  const handler = typeof linked === "string" && !draft ? linked : undefined;
  const does = draft ?? (typeof linked === "object" ? linked : null);
  const state = handler === undefined ? null : chipState(handler);
  const last = fired.value.get(key);
  const showing = stubShown.value === key;
  const row = useRef<HTMLDivElement>(null);
  const link = (next: string | BuiltIn | null): void => {
    begunAction.value = null;
    void operate({ op: "link", id: component.id, event, handler: next });
  };
  const change = async (next: BuiltIn): Promise<void> => {
    begunAction.value = { key, does: next };
    if (!isWhole(next)) return;
    await operate({ op: "link", id: component.id, event, handler: next });
    if (begunAction.peek()?.does === next) begunAction.value = null;
  };
  const choose = (kind: Kind): void => {
    if (does?.action !== kind && current.value) void change(begun(kind, current.value.page, component.id, pages.value));
  };
  return (
    <div ref={row} class="event-row" role="row" aria-label={event}>
      <div class="event-head" role="cell">
        <span class="event-name mono" data-tip={spec?.description || "This component doesn't declare the event"}>
          {event}
        </span>
        {spec && (
          <span class="payload" data-tip={`Payload: ${spec.payload}${spec.example === null || spec.example === undefined ? "" : `, such as ${JSON.stringify(spec.example)}`}`}>
            {spec.payload}
          </span>
        )}
        <span class="spring" />
        {last && <LastFired last={last} />}
      </div>
      <div class="event-link" role="cell">
        {handler && state && <Chip handler={handler} state={state} running={last?.status === "running" && last.handler === handler} create={() => void createHandler(component.id, event)} />}
        {does && <ActionChip does={does} />}
        <HandlerPicker event={event} value={does ? titleOf(does) : (handler ?? null)} invalid={state !== null && state.kind !== "linked"} onChange={link} onBuiltIn={choose} />
        {(handler || does) && <IconButton icon={ICONS.unlink} label={`Unlink ${event}`} class="quiet-button" onClick={() => (linked ? link(null) : (begunAction.value = null))} />}
      </div>
      {does && (
        <div class="action-form" role="cell">
          <ActionForm id={`does-${event}`} event={event} does={does} onChange={change} />
        </div>
      )}
      {state && state.kind !== "linked" && (
        <p class="event-problem" role="cell">
          {state.tip}
        </p>
      )}
      {does && !draft && <ActionProblems component={component.id} event={event} />}
      <div class="event-actions" role="cell">
        {!does && (!handler || state?.kind === "missing") && <CreateHandler component={component} event={event} missing={handler !== undefined} />}
        {state?.kind === "missing" && <Relink component={component.id} event={event} focus={() => row.current?.querySelector<HTMLElement>("[role=combobox]")?.focus()} />}
        {spec && !does && <Button icon={ICONS.code} label={showing ? "Hide stub" : "Show stub"} class="small" onClick={() => (stubShown.value = showing ? null : key)} />}
      </div>
      {showing && spec && !does && <StubView api={api} component={component.id} event={event} />}
    </div>
  );
}

function LastFired({ last }: { last: Fired }) {
  const bad = last.status !== "ok" && last.status !== "running";
  const took = last.status === "ok" ? milliseconds(last.run_ms) : last.status;
  return (
    <span class={`last-fired ${bad ? "bad" : ""}`} data-tip={`Last fired at ${clock(last.time)}: ${last.status}, waited ${milliseconds(last.queue_ms)}, ran ${milliseconds(last.run_ms)}`}>
      {clock(last.time).slice(0, 8)} · {took}
    </span>
  );
}

function Chip({ handler, state, running, create }: { handler: string; state: ChipState; running: boolean; create: () => void }) {
  const words = running ? `${handler} is running` : state.kind === "linked" ? `Go to ${handler}` : state.kind === "missing" ? `Create ${handler}` : `Go to ${handler}, which can't be called`;
  return (
    <button type="button" class={`handler-chip chip-${state.kind} ${running ? "chip-running" : ""}`} data-tip={running ? `${words} — go to the code` : state.tip} aria-label={words} onClick={() => (state.kind === "missing" ? create() : void openHandler(handler))}>
      <Icon icon={running ? ICONS.loader : state.kind === "linked" ? ICONS.zap : ICONS.alert} />
    </button>
  );
}

const ACTION_ICONS: Record<Kind, IconNode> = { go_to_page: ICONS.page, set_state: ICONS.braces, open_dialog: ICONS.dialog, close_dialog: ICONS.dialog, open_link: ICONS.external };

/** Leads to what the action is about. */
function ActionChip({ does }: { does: BuiltIn }) {
  const go = (): void => {
    if (does.action === "go_to_page") showPage(does.page);
    else if (does.action === "set_state") {
      openPane("state");
      revealPath(does.path.split("."));
    } else if ("dialog" in does) select(does.dialog);
  };
  const words = does.action === "go_to_page" ? `Show page ${does.page}` : does.action === "set_state" ? `Show ${does.path} in the state` : "dialog" in does ? `Select ${does.dialog}` : does.url;
  return (
    <button type="button" class="handler-chip chip-action" aria-label={words || titleOf(does)} data-tip={words || titleOf(does)} disabled={does.action === "open_link" || !isWhole(does)} onClick={go}>
      <Icon icon={ACTION_ICONS[does.action]} />
    </button>
  );
}

function ActionProblems({ component, event }: { component: string; event: string }) {
  return (
    <>
      {problems.value
        .filter((each) => each.component === component && each.field === event)
        .map((each) => (
          <p key={each.code} class={each.severity === "error" ? "event-problem" : "field-problem"} role="cell">
            {each.message}
          </p>
        ))}
    </>
  );
}

function CreateHandler({ component, event, missing }: { component: Component; event: string; missing: boolean }) {
  const isDefault = catalogue.value[component.type]?.default_event === event;
  return (
    <Button icon={ICONS.plus} label="Create handler" keys={isDefault ? "F4" : ""} tip={`Write a stub into ${missing ? "the app" : handlerFile.value}, link it, and go there`} class="small primary-quiet" onClick={() => void createHandler(component.id, event)} />
  );
}

/** Functions that may be meant, and the whole list. */
function Relink({ component, event, focus }: { component: string; event: string; focus: () => void }) {
  const fixes = problems.value.filter((each) => each.code === "missing-handler" && each.component === component && each.field === event).flatMap((each) => each.fixes);
  return (
    <>
      {fixes
        .filter((fix) => fix.registration || fix.operations.some((operation) => operation.op === "link" && operation.handler !== null))
        .map((fix) => (
          <Button key={fix.title} label={fix.title} class="small" onClick={() => void applyFix(fix)} />
        ))}
      <Button label="Relink …" tip="Choose another function" class="small" onClick={focus} />
    </>
  );
}
