/** Code with its colours. What draws it, and the grammar of its language, are loaded when they are first needed. */
import { Later, part } from "../../app/later.tsx";
import type { Props } from "../../app/page.tsx";

const block = part(() => import("../../app/code_block.tsx").then((module) => module.CodeBlock));
const LINE = 20;
const AROUND = 26;

export function render({ c }: Props) {
  const code = c.text("code").value;
  const label = c.text("label").value;
  const maxHeight = Math.max(60, c.number("max_height") ?? 420);
  return (
    <div {...c.root("viewer")}>
      {code === "" ? (
        <>
          {label && <span class="label">{label}</span>}
          <p class="viewer-empty">{c.text("empty_text")}</p>
        </>
      ) : (
        <Later part={block} height={Math.min(maxHeight, code.split("\n", 100).length * LINE + AROUND)}>
          {(Block) => (
            <Block
              code={code}
              language={c.text("language").value}
              label={label}
              numbered={c.flag("line_numbers")}
              wrap={c.flag("wrap")}
              copy={c.flag("copy")}
              maxHeight={maxHeight}
            />
          )}
        </Later>
      )}
    </div>
  );
}
