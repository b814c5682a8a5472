/** The three switches of every search: letters, words, regular expressions. */
export interface FindOptions {
  case: boolean;
  word: boolean;
  regex: boolean;
}

const SWITCHES: [keyof FindOptions, string, string][] = [
  ["case", "Aa", "Match case"],
  ["word", "ab", "Whole words"],
  ["regex", ".*", "Regular expression"],
];

export function SearchOptions({ options, onChange }: { options: FindOptions; onChange: (options: FindOptions) => void }) {
  return (
    <div class="find-options" role="group" aria-label="How to search">
      {SWITCHES.map(([name, text, label]) => (
        <button
          key={name}
          type="button"
          class={`find-option mono ${name}`}
          aria-pressed={options[name]}
          aria-label={label}
          data-tip={label}
          onClick={() => onChange({ case: options.case, word: options.word, regex: options.regex, [name]: !options[name] })}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
