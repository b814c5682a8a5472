/** The pane `Events`: what the selected component can say, and which function hears it. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import { createHandler, openHandler } from "./code.ts";
import { HandlerPicker } from "./combobox.tsx";
import { Button, Empty, IconButton, Region } from "./controls.tsx";
import { operate } from "./edits.ts";
import { Icon, ICONS } from "./icons.tsx";
import { clock } from "./log_rows.ts";
import type { Component, EventSpec, Stub } from "./protocol.ts";
import { catalogue, current, fired, handlerByName, handlers, loaded, selection, status } from "./store.ts";
import { reported, toast } from "./toast.tsx";

/** The event whose stub is shown, as `component event`. */
const stubShown = signal<string | null>(null);
/** An event of the browser that was asked for and isn't linked yet, as `component event`. */
const wanted = signal<string | null>(null);

export function Events({ api, style }: { api: Api; style: string }) {
  const component = selection.value;
  const type = component ? catalogue.value[component.type] : undefined;
  const events = component && type ? eventsOf(component, type.events, type.default_event, wanted.value) : [];
  const linked = Object.keys(component?.on ?? {}).length;
  return (
    <Region name="Events" class="events-pane" style={style} head={linked > 0 && <span class="count" data-tip={`${linked} linked`}>{linked}</span>}>
      <div class="events">
        {component && events.length > 0 && (
          <div role="table" aria-label="Events of the selection">
            {events.map(([event, spec]) => (
              <EventRow key={`${component.id} ${event}`} api={api} component={component} event={event} spec={spec} />
            ))}
          </div>
        )}
        {component && events.length === 0 && <Empty title={`${type?.title ?? component.type} has no events of its own`} />}
        {component && <AddEvent key={component.id} component={component} known={events.map(([event]) => event)} />}
        {!component && <Empty title="No events yet">Select a component to link its events to functions of your app.</Empty>}
      </div>
    </Region>
  );
}

/** The default event first, then as declared, then the browser's own and links to events that nobody knows. */
function eventsOf(component: Component, specs: Record<string, EventSpec>, first: string | null, asked: string | null): [string, EventSpec | null][] {
  const known = Object.entries(specs).sort(([a], [b]) => Number(b === first) - Number(a === first));
  const [asker, event] = asked?.split(" ") ?? [];
  const others = new Set(Object.keys(component.on ?? {}).filter((each) => !(each in specs)));
  if (event && asker === component.id && !(event in specs)) others.add(event);
  return [...known, ...[...others].map((each): [string, EventSpec | null] => [each, isOfBrowser(each) ? OF_BROWSER : null])];
}

/** Any component takes these; the service says the same in `Catalogue.event`. */
const isOfBrowser = (event: string): boolean => /^[a-z][a-z0-9-]*$/.test(event) && !event.startsWith("wf-");

const OF_BROWSER: EventSpec = {
  payload: "json",
  description: "The browser fires this event on the component. The payload holds its plain properties, such as type, key, button, client_x and value.",
  example: null,
};

const COMMON_EVENTS = ["click", "dblclick", "contextmenu", "mouseenter", "mouseleave", "mousedown", "mouseup", "pointerdown", "pointerup", "focusin", "focusout", "keydown", "keyup", "input", "change", "wheel", "scroll", "copy", "paste", "drop", "touchstart", "touchend"];

/** Another event of the browser gets a row of its own, where it is linked as any other. */
function AddEvent({ component, known }: { component: Component; known: readonly string[] }) {
  const [text, setText] = useState("");
  const event = text.trim().toLowerCase();
  const problem = event === "" ? "" : known.includes(event) ? "It has a row above." : isOfBrowser(event) ? "" : "Such as mouseenter or dblclick; names with wf- are the component's own.";
  const add = (): void => {
    if (event === "" || problem) return;
    wanted.value = `${component.id} ${event}`;
    setText("");
  };
  return (
    <form
      class="add-event"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        add();
      }}
    >
      <input
        class="input mono"
        list="dom-events"
        aria-label="Another event of the browser"
        placeholder="mouseenter, dblclick, …"
        aria-invalid={problem !== ""}
        spellcheck={false}
        value={text}
        onInput={(typed) => setText(typed.currentTarget.value)}
      />
      <datalist id="dom-events">
        {COMMON_EVENTS.filter((each) => !known.includes(each)).map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Button icon={ICONS.plus} label="Add event" class="small" disabled={event === "" || problem !== ""} onClick={add} />
      {problem && <p class="event-problem">{problem}</p>}
    </form>
  );
}

type ChipState = { kind: "linked" | "missing" | "problem" | "none"; tip: string };

function chipState(handler: string | undefined): ChipState {
  if (handler === undefined) return { kind: "none", tip: "" };
  const known = handlerByName.value.get(handler);
  if (known?.problem) return { kind: "problem", tip: known.problem };
  if (known) return { kind: "linked", tip: `${known.file}:${known.line} — go to the code` };
  if (!loaded.value || status.value.state === "starting" || status.value.state === "checking" || handlers.value.length === 0) return { kind: "linked", tip: "Go to the code" };
  return { kind: "missing", tip: `There is no function “${handler}” in the app` };
}

function EventRow({ api, component, event, spec }: { api: Api; component: Component; event: string; spec: EventSpec | null }) {
  const handler = component.on?.[event];
  const key = `${component.id} ${event}`;
  const last = fired.value.get(key);
  const state = chipState(handler);
  const showing = stubShown.value === key;
  return (
    <div class="event-row" role="row" aria-label={event}>
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
        {last && (
          <span class={`last-fired ${last.status === "ok" ? "" : "bad"}`} data-tip={`Last fired ${clock(last.time)}: ${last.status}, waited ${last.queue_ms.toFixed(1)} ms`}>
            {last.status === "ok" ? `${last.run_ms < 10 ? last.run_ms.toFixed(1) : Math.round(last.run_ms)} ms` : last.status}
          </span>
        )}
      </div>
      <div class="event-link" role="cell">
        {handler && (
          <button
            type="button"
            class={`handler-chip chip-${state.kind}`}
            data-tip={state.tip}
            aria-label={`Go to ${handler}`}
            onClick={() => (state.kind === "missing" ? void createHandler(component.id, event) : void openHandler(handler))}
          >
            <Icon icon={state.kind === "linked" ? ICONS.zap : ICONS.alert} size={13} />
          </button>
        )}
        <HandlerPicker event={event} value={handler ?? null} invalid={state.kind === "missing" || state.kind === "problem"} onChange={(name) => void operate({ op: "link", id: component.id, event, handler: name })} />
        {handler && <IconButton icon={ICONS.unlink} label={`Unlink ${event}`} class="quiet-button" onClick={() => void operate({ op: "link", id: component.id, event, handler: null })} />}
      </div>
      {(state.kind === "missing" || state.kind === "problem") && (
        <p class="event-problem" role="cell">
          {state.kind === "missing" ? `No function is called ${handler}.` : state.tip}
        </p>
      )}
      <div class="event-actions" role="cell">
        {(!handler || state.kind === "missing") && <Button icon={ICONS.plus} label="Create handler" keys={isDefault(component, event) ? "F4" : ""} tip="Write a stub into main.py, link it, and go there" class="small primary-quiet" onClick={() => void createHandler(component.id, event)} />}
        {spec && <Button icon={ICONS.code} label={showing ? "Hide stub" : "Show stub"} class="small" onClick={() => (stubShown.value = showing ? null : key)} />}
      </div>
      {showing && spec && <StubView api={api} component={component.id} event={event} />}
    </div>
  );
}

function isDefault(component: Component, event: string): boolean {
  return catalogue.value[component.type]?.default_event === event;
}

function StubView({ api, component, event }: { api: Api; component: string; event: string }) {
  const [stub, setStub] = useState<Stub | null>(null);
  const page = current.value?.key ?? "";
  useEffect(() => {
    let wanted = true;
    void reported(api.stub(page, component, event)).then((made) => wanted && setStub(made));
    return () => {
      wanted = false;
    };
  }, [page, component, event]);
  if (!stub) return null;
  return (
    <div class="stub" role="cell">
      <IconButton
        icon={ICONS.copy}
        label="Copy stub"
        class="copy"
        onClick={() => void navigator.clipboard.writeText(stub.source).then(() => toast("The stub is on the clipboard."), () => toast("The browser refused the clipboard.", "bad"))}
      />
      <pre class="highlight" tabIndex={0} aria-label={`Stub ${stub.name}`}>
        {stub.tokens.map(([kind, text], i) => (kind ? <span key={i} class={kind}>{text}</span> : text))}
      </pre>
    </div>
  );
}
