/** The pane `Palette`: the catalogue by category; dragged, or inserted where the selection suggests. */
import { signal } from "@preact/signals";
import { Empty, Region } from "./controls.tsx";
import { dragSource } from "./drag.ts";
import { insert } from "./edits.ts";
import { Icon, iconNamed, ICONS } from "./icons.tsx";
import type { Catalogue, ComponentType } from "./protocol.ts";
import { catalogue } from "./store.ts";

const ORDER = ["Layout", "Content", "Input", "Data", "Other"];
const wanted = signal("");

/** Types that a person can place, by category; those that match `text` only. */
export function paletteGroups(types: Catalogue, text: string): [string, ComponentType[]][] {
  const needle = text.trim().toLowerCase();
  const groups = new Map<string, ComponentType[]>();
  for (const type of Object.values(types)) {
    if (Array.isArray(type.parents) && type.parents.length === 0) continue;
    if (needle && !`${type.title} ${type.type} ${type.description}`.toLowerCase().includes(needle)) continue;
    groups.set(type.category, [...(groups.get(type.category) ?? []), type]);
  }
  const rank = (category: string): number => (ORDER.includes(category) ? ORDER.indexOf(category) : ORDER.length);
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([category, each]) => [category, each.sort((a, b) => a.title.localeCompare(b.title))]);
}

export function Palette({ style }: { style: string }) {
  const groups = paletteGroups(catalogue.value, wanted.value);
  const search = (
    <label class="search">
      <Icon icon={ICONS.search} />
      <input
        type="search"
        aria-label="Search the palette"
        placeholder="Search"
        value={wanted.value}
        onInput={(event) => (wanted.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = groups[0]?.[1][0];
          if (event.key === "Enter" && first) void insert(first.type);
          if (event.key === "Escape") wanted.value = "";
        }}
      />
    </label>
  );
  return (
    <Region name="Palette" class="palette-pane" head={search} style={style}>
      <div class="palette">
        {groups.map(([category, types]) => (
          <div key={category} class="palette-group">
            <h3>{category}</h3>
            <div class="palette-items">
              {types.map((type) => (
                <button
                  key={type.type}
                  type="button"
                  class="palette-item"
                  data-tip={type.description}
                  {...dragSource(() => ({ kind: "new", type: type.type }))}
                  onClick={() => void insert(type.type)}
                >
                  <Icon icon={iconNamed(type.icon)} />
                  <span>{type.title}</span>
                </button>
              ))}
            </div>
          </div>
        ))}
        {groups.length === 0 && <Empty title="No such component">Try another word, such as “input”.</Empty>}
      </div>
    </Region>
  );
}
