/**
 * The session's state as signals: whoever reads a path inside a computation is told when that path
 * changes, and only then. So one changed value touches one text node.
 */
import { batch, type Signal, signal } from "@preact/signals";
import { apply, at, type Touched, toTree, type Tree } from "./changes.ts";
import type { Json, Operation, Path } from "./protocol.ts";

/** Versions of one path: `deep` counts changes at and below it, `shape` only keys that come and go. */
interface Watch {
  deep: Signal<number> | null;
  shape: Signal<number> | null;
  below: Map<string, Watch> | null;
}

export class Store {
  private tree: Tree = Object.create(null) as Tree;
  private readonly watched: Watch = { deep: null, shape: null, below: null };

  /** The value at `path`; changes at it and below it concern the reader. */
  read(path: Path): Json | undefined {
    const watch = this.watch(path);
    (watch.deep ??= signal(0)).value;
    return at(this.tree, path);
  }

  /** The same value for a reader whom only coming and going keys concern, not what stands under them. */
  shape(path: Path): Json | undefined {
    const watch = this.watch(path);
    (watch.shape ??= signal(0)).value;
    return at(this.tree, path);
  }

  /** Like `read`, for those who only look once. */
  peek(path: Path): Json | undefined {
    return at(this.tree, path);
  }

  replace(state: Record<string, Json>): void {
    this.tree = toTree(state) as Tree;
    batch(() => bumpAll(this.watched));
  }

  /** `false`: an operation didn't fit, what follows it was not done; ask for a snapshot. */
  apply(operations: readonly Operation[]): boolean {
    return batch(() => operations.every((operation) => {
      const touched = apply(this.tree, operation);
      if (touched) this.tell(touched);
      return touched !== null;
    }));
  }

  private watch(path: Path): Watch {
    let watch = this.watched;
    for (const part of path) {
      const key = String(part);
      let next = (watch.below ??= new Map()).get(key);
      if (!next) watch.below.set(key, (next = { deep: null, shape: null, below: null }));
      watch = next;
    }
    return watch;
  }

  private tell({ path, reshaped, range }: Touched): void {
    let watch: Watch | undefined = this.watched;
    let parent: Watch | undefined;
    for (const part of path) {
      bump(watch?.deep);
      parent = watch;
      watch = watch?.below?.get(String(part));
    }
    if (range === null) {
      if (reshaped) bump(parent?.shape);
      if (watch) bumpAll(watch);
      return;
    }
    bump(watch?.deep);
    if (reshaped) bump(watch?.shape);
    for (const [key, below] of watch?.below ?? []) {
      if (Number(key) >= range.start && Number(key) < range.end) bumpAll(below);
    }
  }
}

function bump(version: Signal<number> | null | undefined): void {
  // Peeking: who writes must not become a reader.
  if (version) version.value = version.peek() + 1;
}

/**
 * What stands below is let go, so that rows which are gone leave nothing behind. Whoever reads there
 * was told just now, reads again, and is watched anew.
 */
function bumpAll(watch: Watch): void {
  bump(watch.deep);
  bump(watch.shape);
  for (const below of watch.below?.values() ?? []) bumpAll(below);
  watch.below = null;
}
