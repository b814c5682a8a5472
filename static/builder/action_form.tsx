/** What an event does without code, as a small form below its picker. */
import { dialogsOf, isWhole, shownValue, typedValue } from "./built_in.ts";
import { nameOf } from "./changes.ts";
import { TextControl } from "./fields.tsx";
import type { BuiltIn, StatePlace } from "./protocol.ts";
import { catalogue, current, pages } from "./store.ts";

interface Props {
  id: string;
  event: string;
  does: BuiltIn;
  onChange: (next: BuiltIn) => unknown;
}

const PAYLOAD: StatePlace[] = [{ key: "payload", kind: "other", type: "", preview: "what the event carries" }];

export function ActionForm({ id, event, does, onChange }: Props) {
  switch (does.action) {
    case "go_to_page":
      return (
        <Row id={id} label="Page">
          <Choice id={id} value={does.page} options={pages.value.map(({ key, page }) => [key, String(page.fields?.["title"] || key)])} onChange={(page) => onChange({ ...does, page })} />
        </Row>
      );
    case "open_dialog":
    case "close_dialog": {
      const page = current.value?.page;
      const dialogs = page ? dialogsOf(page) : [];
      if (!dialogs.length && !does.dialog) return <p class="action-hint">This page has no dialog yet. Insert one from the palette, then choose it here.</p>;
      return (
        <Row id={id} label="Dialog">
          <Choice id={id} value={does.dialog} options={dialogs.map((each) => [each.id, `${nameOf(page!, each, catalogue.value)} · ${each.id}`])} onChange={(dialog) => onChange({ ...does, dialog })} />
        </Row>
      );
    }
    case "open_link":
      return (
        <Row id={id} label="Address">
          <TextControl id={id} value={does.url} placeholder="https://…" names={PAYLOAD} accepts={(url) => isWhole({ ...does, url })} onChange={(url) => onChange({ ...does, url })} />
        </Row>
      );
    case "set_state":
      return (
        <>
          <Row id={id} label="State">
            <TextControl id={id} value={does.path} path placeholder="form.name" accepts={(path) => isWhole({ ...does, path })} onChange={(path) => onChange({ ...does, path })} />
          </Row>
          <Row id={`${id}-value`} label="To" tip={`A text, a number, true, JSON, or @{…}. @{payload} is what ${event} carries.`}>
            <TextControl id={`${id}-value`} value={shownValue(does.value)} mono names={PAYLOAD} placeholder="true" onChange={(text) => onChange({ ...does, value: typedValue(text) })} />
          </Row>
        </>
      );
  }
}

function Row({ id, label, tip, children }: { id: string; label: string; tip?: string; children: preact.ComponentChildren }) {
  return (
    <div class="action-row">
      <label for={id} class={tip ? "has-help" : ""} data-tip={tip}>
        {label}
      </label>
      {children}
    </div>
  );
}

function Choice({ id, value, options, onChange }: { id: string; value: string; options: [string, string][]; onChange: (value: string) => void }) {
  return (
    <select id={id} class="input select" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {!options.some(([key]) => key === value) && <option value={value}>{value ? `${value} (not there)` : "Choose …"}</option>}
      {options.map(([key, title]) => (
        <option key={key} value={key}>
          {title}
        </option>
      ))}
    </select>
  );
}
