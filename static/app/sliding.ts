/** What sliders have in common: their scale, and where a number stands on it. */
import type { Instance } from "./instance.ts";
import { bounded } from "./numbers.ts";

export interface Scale {
  min: number;
  max: number;
  /** The attribute: a number, or `any` where numbers in between count too. */
  step: number | "any";
}

export function scaleOf(c: Instance): Scale {
  const min = c.number("min") ?? 0;
  return { min, max: Math.max(min, c.number("max") ?? 100), step: c.number("step") || "any" };
}

/** `value` on the scale; what is no number stands at `missing`. */
export function onScale(value: unknown, scale: Scale, missing: number): number {
  return bounded(typeof value === "number" ? value : missing, scale);
}

/** The place of `number` from 0 to 100, for the style sheet. */
export function percent(number: number, { min, max }: Scale): number {
  return max > min ? ((number - min) / (max - min)) * 100 : 0;
}

export function withUnit(number: number, c: Instance): string {
  const unit = c.text("unit").value;
  return unit ? `${number}\u00a0${unit}` : String(number);
}
