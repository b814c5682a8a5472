/** SQL as tokens. Its dialects differ in what they allow, hardly in what a string, a comment or a word is. */
import type { Token } from "./code_languages.ts";

const TOKEN =
  /(?<comment>--[^\r\n]*|\/\*[^]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*(?:'|$)|\$(?<tag>\w*)\$[^]*?(?:\$\k<tag>\$|$))|(?<propertyName>"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[A-Za-z_][^\]\r\n]*\])|(?<number>\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?<meta>[:@$]\w+|\?)|(?<word>[A-Za-z_]\w*)|(?<operator>[-+*/%=<>!|&^~]+)|(?<punctuation>[(),.;])/g;

const KEYWORDS = new Set(
  `add all alter analyze and any as asc begin between by cascade case cast check collate column commit constraint create cross current database
  default delete desc describe distinct drop else end escape except exists explain fetch filter first following for foreign from full function
  grant group grouping having if ilike in index inner insert intersect interval into is join key lateral last left like limit merge natural
  next no not nothing nulls of offset on only or order outer over partition preceding primary procedure qualify range recursive references
  rename replace restrict returning revoke right rollback row rows savepoint schema select set sets show some table tablesample temp temporary
  then ties to transaction trigger truncate unbounded union unique update use using values view when where window with within without`.split(/\s+/),
);
const TYPES = new Set(
  `bigint binary bit blob boolean bytea char character date datetime decimal double enum float int integer json jsonb money nchar numeric
  nvarchar precision real serial smallint text time timestamp timestamptz tinyint uuid varbinary varchar varying xml`.split(/\s+/),
);
const CONSTANTS = new Set(["true", "false", "null", "unknown"]);

/** All of `code` as tokens, in order and without gaps. */
export function sqlTokens(code: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of code.matchAll(TOKEN)) {
    if (match.index > end) tokens.push({ kind: "", text: code.slice(end, match.index) });
    end = match.index + match[0].length;
    tokens.push({ kind: kindOf(match.groups ?? {}, code[end]), text: match[0] });
  }
  if (end < code.length) tokens.push({ kind: "", text: code.slice(end) });
  return tokens;
}

function kindOf(groups: Record<string, string | undefined>, next: string | undefined): string {
  const word = groups["word"]?.toLowerCase();
  if (word !== undefined) {
    if (CONSTANTS.has(word)) return "tok-bool";
    if (KEYWORDS.has(word)) return "tok-keyword";
    if (TYPES.has(word)) return "tok-typeName";
    return next === "(" ? "tok-function" : "";
  }
  const name = ["comment", "string", "propertyName", "number", "meta", "operator", "punctuation"].find((each) => groups[each] !== undefined);
  return name ? `tok-${name}` : "";
}
