/** One tooltip for the page: the name of what is under the pointer or has the focus, and its shortcut. */

const DELAY_MS = 450;

export function startTooltips(): void {
  const tip = document.createElement("div");
  tip.className = "tooltip";
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  let timer = 0;
  let shownFor: Element | null = null;

  const hide = (): void => {
    clearTimeout(timer);
    shownFor = null;
    tip.classList.remove("shown");
  };
  const show = (target: HTMLElement): void => {
    const { tip: text, keys } = target.dataset;
    // What is carried has words of its own.
    if (!target.isConnected || (!text && !keys) || document.documentElement.dataset["dragging"]) return;
    tip.replaceChildren(...(text ? [text] : []));
    if (keys) {
      const kbd = document.createElement("kbd");
      kbd.textContent = keys;
      tip.append(kbd);
    }
    const at = target.getBoundingClientRect();
    tip.classList.add("shown");
    const size = tip.getBoundingClientRect();
    const below = at.bottom + 6 + size.height < innerHeight;
    const left = Math.min(innerWidth - size.width - 6, Math.max(6, at.left + at.width / 2 - size.width / 2));
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(below ? at.bottom + 6 : at.top - size.height - 6)}px)`;
  };
  const consider = (event: Event): void => {
    const target = (event.target as Element | null)?.closest?.<HTMLElement>("[data-tip], [data-keys]") ?? null;
    if (target === shownFor) return;
    hide();
    shownFor = target;
    if (target && (event.type !== "focusin" || target.matches(":focus-visible"))) timer = window.setTimeout(() => show(target), DELAY_MS);
  };
  document.addEventListener("pointerover", consider);
  document.addEventListener("focusin", consider);
  for (const event of ["pointerdown", "keydown", "scroll", "blur"]) window.addEventListener(event, hide, true);
}
