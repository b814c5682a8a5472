/** Vim's keys: a chunk of its own, loaded when somebody chooses them. */
import { Vim, vim } from "@replit/codemirror-vim";
import type { Extension } from "@codemirror/state";

/** `save` is what `:w` does. */
export function vimKeys(save: () => void): Extension {
  Vim.defineEx("write", "w", save);
  return vim({ status: true });
}
