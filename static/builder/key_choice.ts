/** Whose keys the code has: the usual ones, or vim's, which are loaded when they are chosen. */
import { effect } from "@preact/signals";
import type { Editor } from "./editor.ts";
import { remembered } from "./remembered.ts";
import { toastError } from "./toast.tsx";

export const vimChosen = remembered("vim-keys", false);

/** Follow the choice as long as the page is open. */
export function followKeys(editor: Editor, save: () => void): void {
  effect(() => {
    if (!vimChosen.value) {
      editor.setKeys([]);
      return;
    }
    import("./vim_keys.ts").then(
      ({ vimKeys }) => vimChosen.peek() && editor.setKeys(vimKeys(save)),
      (error: unknown) => {
        vimChosen.value = false;
        toastError(error);
      },
    );
  });
}
