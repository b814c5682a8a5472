/** The file that new handlers are written into: main.py, or one that was chosen. */
import { computed, signal } from "@preact/signals";
import { files, handlers } from "./store.ts";

const MAIN = "main.py";
const chosenFile = signal(MAIN);

/** Python files of the app that can be modules, main.py first. */
export const handlerFiles = computed<readonly string[]>(() => {
  const found = files.value.map((file) => file.path).filter((path) => /^[^\W\d]\w*(\/[^\W\d]\w*)*\.py$/u.test(path));
  return [...found.filter((path) => path === MAIN), ...found.filter((path) => path !== MAIN)];
});

export const handlerFile = computed(() => (handlerFiles.value.includes(chosenFile.value) ? chosenFile.value : MAIN));

export function chooseHandlerFile(path: string): void {
  chosenFile.value = path;
}

export const moduleOf = (path: string): string => path.replace(/\.py$/, "").replaceAll("/", ".");

/** The module that `handler` is said to stand in but whose functions nobody has registered; `null`: that isn't it. */
export function unregistered(handler: string): string | null {
  const module = handler.slice(0, Math.max(0, handler.lastIndexOf(".")));
  const known = handlers.value.some((each) => each.own && each.name.startsWith(`${module}.`));
  return module !== "" && !known && handlerFiles.value.some((path) => moduleOf(path) === module) ? module : null;
}
