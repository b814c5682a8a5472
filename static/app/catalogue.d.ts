/** Made by build.mjs from the folders of static/components. */
declare module "catalogue:all" {
  export const components: ReadonlyMap<string, import("preact").FunctionComponent<import("./page.tsx").Props>>;
}
