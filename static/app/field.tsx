/** What every input has around it: label, help, error, and the attributes that tie them to the control. */
import { CircleAlert } from "lucide";
import type { ComponentChildren } from "preact";
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

export function Field({ c, problem = "", children }: { c: Instance; problem?: string; children: ComponentChildren }) {
  const error = c.text("error").value || problem;
  const help = c.text("help");
  return (
    <div {...c.root("field")}>
      {c.text("label").value && (
        <label for={c.domId}>
          {c.text("label")}
          {c.flag("required") && (
            <span class="required" aria-hidden="true">
              *
            </span>
          )}
        </label>
      )}
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
