/** Bundles the front end into dist/: `node build.mjs` for the product, `node build.mjs --tests` for node's test runner. */
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

/** `import { components } from "catalogue:all"`: each folder of components/ with its type as the key. */
const catalogue = {
  name: "catalogue",
  setup(build) {
    build.onResolve({ filter: /^catalogue:all$/ }, () => ({ path: "all", namespace: "catalogue" }));
    build.onLoad({ filter: /.*/, namespace: "catalogue" }, () => {
      const types = readdirSync(join(here, "components"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(here, "components", entry.name, "component.tsx")))
        .map((entry) => entry.name)
        .sort();
      const imports = types.map((type, i) => `import { render as r${i} } from "./components/${type}/component.tsx";`);
      const table = types.map((type, i) => `[${JSON.stringify(type)}, r${i}]`);
      return {
        contents: `${imports.join("\n")}\nexport const components = new Map([${table.join(", ")}]);\n`,
        loader: "ts",
        resolveDir: here,
        watchDirs: [join(here, "components")],
      };
    });
  },
};

const shared = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [catalogue],
  logLevel: "warning",
};

async function buildProduct() {
  rmSync(dist, { recursive: true, force: true });
  const result = await build({
    ...shared,
    entryPoints: { app: "app/main.tsx", builder: "builder/main.tsx", "app-style": "styles/app.css", "builder-style": "styles/builder.css" },
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[name]-[hash]",
    assetNames: "asset-[name]-[hash]",
    outdir: dist,
    splitting: true,
    minify: true,
    target: ["es2022", "chrome110", "firefox115", "safari16"],
    metafile: true,
    legalComments: "none",
  });
  // What a page names by a plain word, the service looks up here: {"app": "app-3F2A.js", …}.
  const manifest = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    const name = relative(dist, resolve(here, file)).replaceAll("\\", "/");
    if (output.entryPoint) manifest[output.entryPoint.replace(/^(app|builder)\/main\.tsx$/, "$1.js").replace(/^styles\//, "")] = name;
  }
  writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
}

async function buildTests() {
  const tests = resolve(here, "../tests/js");
  const out = resolve(here, "../build/js-tests");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const entryPoints = readdirSync(tests).filter((name) => /\.test\.tsx?$/.test(name)).map((name) => join(tests, name));
  await build({ ...shared, entryPoints, outdir: out, outExtension: { ".js": ".mjs" }, platform: "node", mainFields: ["module", "main"], nodePaths: [join(here, "node_modules")], sourcemap: "inline" });
}

await (process.argv.includes("--tests") ? buildTests() : buildProduct());
