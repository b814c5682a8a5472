/** Puts a text into an input without moving what the person is doing there. */
export function showIn(input: HTMLInputElement | HTMLTextAreaElement | null, text: string): void {
  if (!input || input.value === text) return;
  const caret = document.activeElement === input && "selectionStart" in input ? input.selectionStart : null;
  input.value = text;
  // Inputs of some types, such as numbers, have no caret to be set.
  if (caret !== null) input.setSelectionRange(Math.min(caret, text.length), Math.min(caret, text.length));
}
