/** What every input has around it: label, help, error, and the attributes that tie them to the control. */
import { CircleAlert } from "lucide";
import type { ComponentChildren } from "preact";
import { useDraft } from "./draft.ts";
import { Icon } from "./icon.tsx";
import type { Instance } from "./instance.ts";

/** Attributes for the control of the input `c`; `problem` is what the page itself finds wrong with the value. */
export function controlProps(c: Instance, problem = "") {
  const error = c.text("error").value || problem;
  const described = [error && `${c.domId}/error`, c.text("help").value && `${c.domId}/help`].filter(Boolean).join(" ");
  return {
    id: c.domId,
    disabled: c.flag("disabled"),
    "aria-required": c.flag("required") || undefined,
    "aria-invalid": error !== "" || undefined,
    "aria-describedby": described || undefined,
  };
}

/** The label of `c`, if it has one; `group`: it names several controls, so it belongs to none of them. */
function Label({ c, group }: { c: Instance; group: boolean }) {
  if (!c.text("label").value) return null;
  const words = (
    <>
      {c.text("label")}
      {c.flag("required") && (
        <span class="required" aria-hidden="true">
          *
        </span>
      )}
    </>
  );
  if (!group) return <label for={c.domId}>{words}</label>;
  return (
    <span class="label" id={`${c.domId}/label`}>
      {words}
    </span>
  );
}

interface FieldProps {
  c: Instance;
  problem?: string;
  /** `above` the control, above a `group` of them, or `beside`: then the control brings it along. */
  label?: "above" | "group" | "beside";
  children: ComponentChildren;
}

export function Field({ c, problem = "", label = "above", children }: FieldProps) {
  const error = c.text("error").value || problem;
  const help = c.text("help");
  return (
    <div {...c.root("field", error ? "wrong" : "")}>
      {label !== "beside" && <Label c={c} group={label === "group"} />}
      {children}
      {help.value && (
        <p class="help" id={`${c.domId}/help`}>
          {help}
        </p>
      )}
      {error && (
        <p class="error" id={`${c.domId}/error`} role="alert">
          <Icon icon={CircleAlert} />
          {error}
        </p>
      )}
    </div>
  );
}

/** Several controls that are one input; `radiogroup` where one of them is chosen. */
export function Group({ c, role, class: name, children }: { c: Instance; role: "group" | "radiogroup"; class: string; children: ComponentChildren }) {
  const { "aria-required": required, "aria-invalid": invalid, ...props } = controlProps(c);
  // A plain group can't be required or invalid in ARIA; its label and its error say so.
  const chosen = role === "radiogroup" ? { "aria-required": required, "aria-invalid": invalid } : {};
  const label = c.text("label").value ? { "aria-labelledby": `${c.domId}/label` } : { "aria-label": c.id };
  return (
    <Field c={c} label="group">
      <fieldset {...props} {...chosen} {...label} role={role} class={`group ${name}`}>
        {children}
      </fieldset>
    </Field>
  );
}

/** A box or a switch with its label beside it. */
export function Toggle({ c, role }: { c: Instance; role?: "switch" }) {
  const draft = useDraft(c, { change: "wf-toggle" });
  return (
    <Field c={c} label="beside">
      <label class="choice">
        <input
          {...controlProps(c)}
          type="checkbox"
          role={role}
          class={role ? undefined : "box"}
          aria-label={c.text("label").value ? undefined : c.id}
          checked={draft.value.value === true}
          onChange={({ currentTarget }) => {
            draft.set(currentTarget.checked);
            draft.finish();
          }}
        />
        <span>
          {c.text("label")}
          {c.flag("required") && (
            <span class="required" aria-hidden="true">
              *
            </span>
          )}
        </span>
      </label>
    </Field>
  );
}
