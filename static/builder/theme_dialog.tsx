/** The app's theme: colours, radius, density and font, written to mainspring.toml and live in the canvas. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import { Button, IconButton } from "./controls.tsx";
import { themeOpen } from "./dialogs.ts";
import { ICONS } from "./icons.tsx";
import type { Theme } from "./protocol.ts";
import { reported } from "./toast.tsx";

const PAUSE_MS = 200;
const NOTHING: Theme = { scheme: "auto", accent: "", surface: "", text: "", accent_dark: "", surface_dark: "", text_dark: "", radius: 4, density: "regular", font: "sans" };
/** What a colour is while the theme doesn't set it; tokens.css has the same. */
const USUAL: Record<string, string> = { accent: "#3651d4", surface: "#ffffff", text: "#171b22", accent_dark: "#8da2ff", surface_dark: "#101318", text_dark: "#e8ebf0" };
const COLOURS: [keyof Theme, string][] = [
  ["accent", "Accent"],
  ["surface", "Surface"],
  ["text", "Text"],
];
const CHOICES: [keyof Theme, string, Record<string, string>][] = [
  ["scheme", "Scheme", { auto: "As the reader has it", light: "Light", dark: "Dark" }],
  ["density", "Density", { compact: "Compact", regular: "Regular", roomy: "Roomy" }],
  ["font", "Font", { sans: "Sans serif", serif: "Serif", rounded: "Rounded", mono: "Monospace" }],
];

export function ThemeDialog({ api }: { api: Api }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [theme, setTheme] = useState<Theme | null>(null);
  const timer = useRef(0);
  useEffect(() => {
    if (!themeOpen.value) return;
    dialog.current?.show();
    void reported(api.theme()).then((answer) => (answer ? setTheme(answer.theme) : (themeOpen.value = false)));
  }, [themeOpen.value]);
  if (!themeOpen.value) return null;
  const change = (next: Theme): void => {
    setTheme(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void reported(api.setTheme(next)), PAUSE_MS);
  };
  const close = (): void => {
    themeOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="theme-dialog" aria-label="Theme of the app" onClose={close} onKeyDown={(event) => event.key === "Escape" && close()}>
      <header>
        <h2>Theme of the app</h2>
        <IconButton icon={ICONS.x} label="Close the theme" onClick={close} />
      </header>
      {theme && (
        <div class="form">
          {CHOICES.map(([name, title, options]) => (
            <label key={name} class="field">
              <span class="field-label">{title}</span>
              <select class="input select" aria-label={title} value={String(theme[name])} onChange={(event) => change({ ...theme, [name]: event.currentTarget.value })}>
                {Object.entries(options).map(([value, words]) => (
                  <option key={value} value={value}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          ))}
          <label class="field">
            <span class="field-label">Radius</span>
            <input class="input" type="range" min="0" max="24" aria-label="Radius" value={theme.radius} onInput={(event) => change({ ...theme, radius: Number(event.currentTarget.value) })} />
          </label>
          <table class="theme-colours">
            <thead>
              <tr>
                <td />
                <th scope="col">Light</th>
                <th scope="col">Dark</th>
              </tr>
            </thead>
            <tbody>
              {COLOURS.map(([name, title]) => (
                <tr key={name}>
                  <th scope="row">{title}</th>
                  <Colour theme={theme} name={name} label={`${title}, light`} change={change} />
                  <Colour theme={theme} name={`${name}_dark` as keyof Theme} label={`${title}, dark`} change={change} />
                </tr>
              ))}
            </tbody>
          </table>
          <Button icon={ICONS.reset} label="Back to the usual theme" class="small" onClick={() => change(NOTHING)} />
          <p class="quiet">It stands in mainspring.toml under [theme]. An accent in the dark is made from the light one unless it is set.</p>
        </div>
      )}
    </dialog>
  );
}

function Colour({ theme, name, label, change }: { theme: Theme; name: keyof Theme; label: string; change: (next: Theme) => void }) {
  const value = String(theme[name]);
  return (
    <td>
      <input type="color" aria-label={label} value={value || USUAL[name]} onInput={(event) => change({ ...theme, [name]: event.currentTarget.value })} />
      {value && <IconButton icon={ICONS.reset} label={`Reset ${label}`} class="quiet-button" onClick={() => change({ ...theme, [name]: "" })} />}
    </td>
  );
}
