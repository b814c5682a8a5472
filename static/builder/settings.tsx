/** The pane `Settings`: the form of the selected component, made from the catalogue. */
import { useEffect, useState } from "preact/hooks";
import { valueOf } from "./changes.ts";
import { Button, Empty, IconButton, Region } from "./controls.tsx";
import { asId, deletePage, duplicate, flushDrafts, operate, remove, rename, wrap } from "./edits.ts";
import { FieldControl, isExpression, isTexty, TextControl } from "./fields.tsx";
import { Icon, iconNamed, ICONS } from "./icons.tsx";
import { finderOpen } from "./keys.ts";
import { problems } from "./problems.ts";
import type { Component, ComponentType, FieldSpec, Json } from "./protocol.ts";
import { startTour } from "./dialogs.ts";
import { catalogue, current, pages, selectedIds, selection } from "./store.ts";

const GROUPS = ["Content", "Behaviour", "Style"];

export function Settings() {
  const many = selectedIds.value.length;
  if (many > 1) return <Many count={many} />;
  const component = selection.value;
  const type = component ? catalogue.value[component.type] : undefined;
  const head = component && component.type !== "page" && (
    <div class="button-row">
      <IconButton icon={ICONS.duplicate} label="Duplicate" keys="Ctrl+D" onClick={() => void duplicate()} />
      <IconButton icon={ICONS.trash} label="Delete" keys="Del" onClick={() => void remove()} />
    </div>
  );
  return (
    <Region name="Settings" class="settings-pane" head={head}>
      {component && type ? (
        <Form key={`${current.value?.key}/${component.id}`} component={component} type={type} />
      ) : (
        <Empty icon={ICONS.pointer} title="Nothing is selected">
          Click a component to see its settings and events. New here?{" "}
          <button type="button" class="link" onClick={startTour}>
            Take the tour.
          </button>
        </Empty>
      )}
    </Region>
  );
}

/** What can be done with several components at once. */
function Many({ count }: { count: number }) {
  return (
    <Region name="Settings" class="settings-pane">
      <div class="form many">
        <p>{count} components are selected.</p>
        <Button icon={ICONS.duplicate} label="Duplicate" keys="Ctrl+D" onClick={() => void duplicate()} />
        <Button icon={ICONS.box} label="Wrap in a section" keys="Ctrl+G" onClick={() => void wrap("section")} />
        <Button icon={ICONS.arrowUpRight} label="Move to…" keys="M" onClick={() => (finderOpen.value = "move")} />
        <Button icon={ICONS.trash} label="Delete" keys="Del" onClick={() => void remove()} />
      </div>
    </Region>
  );
}

function Form({ component, type }: { component: Component; type: ComponentType }) {
  const groups = new Map<string, [string, FieldSpec][]>();
  for (const [name, spec] of Object.entries(type.fields)) groups.set(spec.group, [...(groups.get(spec.group) ?? []), [name, spec]]);
  const names = [...groups.keys()].sort((a, b) => rank(a) - rank(b));
  return (
    <div class="form">
      <IdRow component={component} type={type} />
      {names.map((name) => (
        <fieldset key={name}>
          <legend>{name}</legend>
          {groups.get(name)!.map(([field, spec]) => (
            <FieldRow key={field} component={component} field={field} spec={spec} />
          ))}
          {name === "Behaviour" && <Common component={component} type={type} />}
        </fieldset>
      ))}
      {!groups.has("Behaviour") && (
        <fieldset>
          <legend>Behaviour</legend>
          <Common component={component} type={type} />
        </fieldset>
      )}
      {component.type === "page" && pages.value.length > 1 && <DeletePage pageKey={component.id} />}
    </div>
  );
}

/** Asked for twice: a page's file is gone then, with the history of its edits. */
function DeletePage({ pageKey }: { pageKey: string }) {
  const [asked, setAsked] = useState(false);
  return (
    <div class="delete-page">
      {asked ? (
        <>
          <span>Delete “{pageKey}” with all its components?</span>
          <Button label="Delete" class="small danger" onClick={() => void deletePage(pageKey)} />
          <Button label="Keep" class="small" onClick={() => setAsked(false)} />
        </>
      ) : (
        <Button icon={ICONS.trash} label="Delete page" class="small" onClick={() => setAsked(true)} />
      )}
    </div>
  );
}

function rank(group: string): number {
  return GROUPS.includes(group) ? GROUPS.indexOf(group) : 1.5;
}

function IdRow({ component, type }: { component: Component; type: ComponentType }) {
  const [text, setText] = useState(component.id);
  useEffect(() => setText(component.id), [component.id]);
  const fixed = component.type === "page";
  const apply = (): void => {
    const id = asId(text);
    setText(id || component.id);
    if (id && id !== component.id) void rename(component.id, id).then((done) => done || setText(component.id));
  };
  return (
    <div class="id-row">
      <Icon icon={iconNamed(type.icon)} />
      <span class="id-type" data-tip={type.description}>
        {type.title}
      </span>
      <input
        class="input mono id-input"
        aria-label="Id"
        data-tip={fixed ? "A page's id is the name of its file" : "The id, known to handlers as context[“target”]"}
        value={text}
        readOnly={fixed}
        spellcheck={false}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setText(component.id);
        }}
        onBlur={apply}
      />
    </div>
  );
}

function FieldRow({ component, field, spec }: { component: Component; field: string; spec: FieldSpec }) {
  const id = `field-${field}`;
  const value = valueOf(component, field, catalogue.value);
  const changed = component.fields?.[field] !== undefined;
  const wide = ["multiline", "list", "json", "key_value"].includes(spec.type);
  const [wantsExpression, setWantsExpression] = useState(false);
  const texty = isTexty(spec.type);
  const asExpression = !texty && (wantsExpression || isExpression(value));
  const set = (next: Json): unknown => operate({ op: "set", id: component.id, field, value: next });
  return (
    <div class={`field ${wide ? "wide" : ""}`}>
      <div class="field-label">
        <label for={id} data-tip={spec.help || undefined} class={spec.help ? "has-help" : ""}>
          {spec.title}
        </label>
        <span class="field-buttons">
          {changed && <IconButton icon={ICONS.reset} label={`Reset ${spec.title}`} tip="Back to the default" class="quiet-button" onClick={() => (setWantsExpression(false), set(null))} />}
          {!texty && (
            <IconButton
              icon={ICONS.braces}
              label={`Expression for ${spec.title}`}
              tip={asExpression ? "Back to a plain value" : "Use an expression, such as @{is_open}"}
              class="quiet-button"
              pressed={asExpression}
              onClick={() => {
                setWantsExpression(!asExpression);
                // What was typed a moment ago and isn't sent yet goes as well.
                const written = document.getElementById(id) as HTMLInputElement | null;
                if (isExpression(value) || (asExpression && isExpression(written?.value ?? ""))) {
                  flushDrafts();
                  set(null);
                }
              }}
            />
          )}
        </span>
      </div>
      <FieldControl id={id} spec={spec} value={value} asExpression={asExpression} onChange={set} />
      {problems.value
        .filter((problem) => problem.component === component.id && problem.field === field)
        .map((problem) => (
          <p key={problem.code} class="field-problem">
            {problem.message}
          </p>
        ))}
    </div>
  );
}

/** What every component has, beside its own fields. */
function Common({ component, type }: { component: Component; type: ComponentType }) {
  const visible = component.visible ?? true;
  const [expression, setExpression] = useState(isExpression(visible));
  const show = (next: boolean | string): unknown => operate({ op: "show", id: component.id, visible: next });
  const conditional = expression || isExpression(visible);
  return (
    <>
      {type.binding && (
        <div class="field">
          <div class="field-label">
            <label for="field-binding" class="has-help" data-tip="The state element that this input shows and changes, such as form.name">
              Binding
            </label>
          </div>
          <div class="control-row">
            <TextControl
              id="field-binding"
              value={component.binding ?? ""}
              path
              placeholder="form.name"
              onChange={(text) => operate({ op: "bind", id: component.id, path: text.trim() || null })}
            />
          </div>
        </div>
      )}
      {component.type !== "page" && (
        <div class="field">
          <div class="field-label">
            <label for="field-visible" class="has-help" data-tip="Always, never, or while an expression is true">
              Visible
            </label>
          </div>
          <div class="control-stack">
            <select
              id="field-visible"
              class="input select"
              value={conditional ? "when" : visible === false ? "never" : "always"}
              onChange={(event) => {
                const next = event.currentTarget.value;
                setExpression(next === "when");
                if (next !== "when") show(next === "always");
              }}
            >
              <option value="always">Always</option>
              <option value="never">Never</option>
              <option value="when">While …</option>
            </select>
            {conditional && (
              <TextControl
                id="field-visible-when"
                label="Visible while"
                value={isExpression(visible) ? visible : ""}
                mono
                placeholder="@{is_open}"
                accepts={(text) => text.includes("@{")}
                onChange={show}
              />
            )}
          </div>
        </div>
      )}
    </>
  );
}
