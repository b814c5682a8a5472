/** A style sheet as text: `import style from "….css" with { type: "text" }`. */
declare module "*.css" {
  const text: string;
  export default text;
}

/** Made by build.mjs: the address of pdf.js's worker, relative to the script that imports it. */
declare module "worker:pdf" {
  const address: string;
  export default address;
}
