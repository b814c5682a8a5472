/** Addresses from state and pages: only schemes of this list are ever followed or opened. */

const LINKS: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);
const IMAGES: ReadonlySet<string> = new Set(["http:", "https:", "blob:", "data:"]);
const DOCUMENTS: ReadonlySet<string> = new Set(["http:", "https:", "blob:"]);

/** `address` as an absolute one, or `null` where its scheme isn't allowed. */
export function safeLink(address: string, page: string = document.baseURI): string | null {
  return allowed(address, page, LINKS);
}

export function safeImage(address: string, page: string = document.baseURI): string | null {
  const found = allowed(address, page, IMAGES);
  return found?.startsWith("data:") && !/^data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]/i.test(found) ? null : found;
}

/** What relative addresses in settings and state are relative to: the app, whichever of its pages is shown. */
export function baseAddress(base: string): string {
  return new URL(base, location.origin).href;
}

/** An address below `base` of this very origin, as the app's own files and pictures have; else `null`. */
export function ownAddress(address: string, base: string): string | null {
  const root = new URL(base, location.origin);
  const found = URL.canParse(address, root) ? new URL(address, root) : null;
  return found && found.origin === location.origin && found.pathname.startsWith(root.pathname) ? found.href : null;
}

/** An address of one of the app's own files, below `assets/`; else `null`. */
export function assetAddress(path: string, base: string): string | null {
  const address = ownAddress(path, base);
  return address?.startsWith(new URL(`${base}assets/`, location.origin).href) ? address : null;
}

function allowed(address: string, page: string, schemes: ReadonlySet<string>): string | null {
  if (!URL.canParse(address, page)) return null;
  const url = new URL(address, page);
  return schemes.has(url.protocol) ? url.href : null;
}

/** What may be shown in a frame: over https, or of this origin; `null` else. The page's policy says the same. */
export function safeFrame(address: string, page: string = document.baseURI): string | null {
  if (!URL.canParse(address, page)) return null;
  const url = new URL(address, page);
  return url.protocol === "https:" || (url.protocol === location.protocol && url.origin === location.origin) ? url.href : null;
}

/** An address of a film or of sound; `null` where its scheme isn't allowed. */
export function safeMedia(address: string, page: string = document.baseURI): string | null {
  const found = allowed(address, page, IMAGES);
  return found?.startsWith("data:") && !/^data:(audio|video)\//i.test(found) ? null : found;
}

/** The address of map tiles with its `{z}/{x}/{y}`: over http(s), or one of the app's own; `null` for none or any other. */
export function tileAddress(template: string, base: string): string | null {
  const plain = template.trim().replaceAll("{s}", "s");
  if (plain === "") return null;
  if (/^https?:\/\//i.test(plain)) return URL.canParse(plain) ? template.trim() : null;
  return ownAddress(plain, base)?.replaceAll("%7B", "{").replaceAll("%7D", "}") ?? null;
}

/** An address that a document may be read from; `null` where its scheme isn't allowed. */
export function safeDocument(address: string, page: string = document.baseURI): string | null {
  return allowed(address, page, DOCUMENTS);
}
