/** Made by build.mjs from lucide. */
declare module "icons:chunks" {
  /** By first letter; an icon, or for another name of one its name. */
  export const chunks: Readonly<Record<string, () => Promise<{ readonly icons: Readonly<Record<string, string | import("./icon.tsx").IconNode>> }>>>;
}
declare module "icons:names" {
  export const names: readonly string[];
}
