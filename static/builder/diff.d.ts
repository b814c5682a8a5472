/** Made by the build: see `diffOnly` in build.mjs. */
declare module "diff:only" {
  export { diff } from "@codemirror/merge";
}
