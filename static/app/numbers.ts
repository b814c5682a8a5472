/** What a number input may hold, and how it steps. */

export interface Bounds {
  min: number | null;
  max: number | null;
}

/** What is wrong with an entered number, in words; empty if nothing. `null` is an input that was cleared. */
export function problemWith(number: number | null, unreadable: boolean, { min, max }: Bounds): string {
  if (unreadable || (number !== null && !Number.isFinite(number))) return "Enter a number.";
  if (number !== null && min !== null && number < min) return `The least is ${min}.`;
  if (number !== null && max !== null && number > max) return `The most is ${max}.`;
  return "";
}

export function bounded(number: number, { min, max }: Bounds): number {
  return Math.max(min ?? -Infinity, Math.min(max ?? Infinity, number));
}

/** `number` with `by` steps more, without the crumbs of binary fractions: 0.1 + 0.2 is 0.3. */
export function stepped(number: number | null, by: number, step: number): number {
  const start = number !== null && Number.isFinite(number) ? number : 0;
  const digits = Math.min(15, Math.max(decimals(start), decimals(step)));
  return Number((start + by * step).toFixed(digits));
}

function decimals(number: number): number {
  const [digits = "", exponent = "0"] = String(number).split("e");
  return Math.max(0, (digits.split(".")[1]?.length ?? 0) - Number(exponent));
}
