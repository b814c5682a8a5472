/** The pane `Events`: what the selected component can say, and which function hears it. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { part } from "../app/later.tsx";
import type { Api } from "./api.ts";
import { Button, Empty, Region } from "./controls.tsx";
import { chooseHandlerFile, handlerFile, handlerFiles } from "./handler_files.ts";
import { ICONS } from "./icons.tsx";
import { LaterView } from "./later.tsx";
import type { Component, EventSpec } from "./protocol.ts";
import { catalogue, selection } from "./store.ts";

const rows = part(() => import("./event_row.tsx"));

/** An event of the browser that was asked for and isn't linked yet, as `component event`. */
const wanted = signal<string | null>(null);

export function Events({ api, style }: { api: Api; style: string }) {
  const component = selection.value;
  const type = component ? catalogue.value[component.type] : undefined;
  const events = component && type ? eventsOf(component, type.events, type.default_event, wanted.value) : [];
  const linked = Object.keys(component?.on ?? {}).length;
  return (
    <Region name="Events" class="events-pane" style={style} head={<Head linked={linked} />}>
      <div class="events">
        {component && (
          <LaterView part={rows}>
            {({ EventRow }) => (
              <>
                {events.length > 0 ? (
                  <div role="table" aria-label="Events of the selection">
                    {events.map(([event, spec]) => (
                      <EventRow key={`${component.id} ${event}`} api={api} component={component} event={event} spec={spec} />
                    ))}
                  </div>
                ) : (
                  <Empty title={`${type?.title ?? component.type} has no events of its own`} />
                )}
                <AddEvent key={component.id} component={component} known={events.map(([event]) => event)} />
              </>
            )}
          </LaterView>
        )}
        {!component && <Empty title="No events yet">Select a component to link its events to functions of your app.</Empty>}
      </div>
    </Region>
  );
}

function Head({ linked }: { linked: number }) {
  return (
    <>
      {linked > 0 && (
        <span class="count" data-tip={`${linked} linked`}>
          {linked}
        </span>
      )}
      {handlerFiles.value.length > 1 && (
        <label class="handler-file" data-tip="The file that Create handler writes into">
          New in
          <select class="input select" aria-label="File of new handlers" value={handlerFile.value} onChange={(chosen) => chooseHandlerFile(chosen.currentTarget.value)}>
            {handlerFiles.value.map((path) => (
              <option key={path} value={path}>
                {path}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
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
        placeholder="mouseenter …"
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
