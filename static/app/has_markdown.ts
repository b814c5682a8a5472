/** Whether Markdown would make anything of a text; most texts of an app are plain and need no parser. */

const AT_THE_START = /^(?: {4}|\t|\s*(?:[-+#>=]|\d{1,9}[.)]))/;
const ANYWHERE = /[\\`*_[\]<>&~|\n@]|:\/\/|www\./;

export function hasMarkdown(text: string): boolean {
  return ANYWHERE.test(text) || AT_THE_START.test(text);
}
