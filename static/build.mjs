/**
 * Bundles the front end into dist/: `node build.mjs` for the product, with `--compress` also as .gz and .br for those
 * who take that; `node build.mjs --tests` for node's test runner.
 */
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

/**
 * Components that many pages do without, each in a chunk of its own, with the height of the place that is kept until
 * it has come, in pixels. What every page loads at once has a budget; see tests/test_packaging.py.
 */
const LATER = new Map([
  ["audio_player", 84],
  ["colour", 60],
  ["file_input", 120],
  ["html_element", 24],
  ["pagination", 36],
  ["rating", 56],
  ["reuse", 40],
  ["select_multiple", 60],
  ["steps", 160],
  ["video_player", 240],
  ["webcam_capture", 280],
]);

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
      const file = (type) => `"./components/${type}/component.tsx"`;
      const atOnce = types.map((type, i) => [type, i]).filter(([type]) => !LATER.has(type));
      const imports = [`import { laterComponent } from "./app/later_component.tsx";`, ...atOnce.map(([type, i]) => `import { render as r${i} } from ${file(type)};`)];
      const load = (type) => `laterComponent(() => import(${file(type)}).then((module) => module.render), ${LATER.get(type)})`;
      const table = types.map((type, i) => `[${JSON.stringify(type)}, ${LATER.has(type) ? load(type) : `r${i}`}]`);
      return {
        contents: `${imports.join("\n")}\nexport const components = new Map([${table.join(", ")}]);\n`,
        loader: "ts",
        resolveDir: here,
        watchDirs: [join(here, "components")],
      };
    });
  },
};

/**
 * All of lucide, a chunk for each first letter, loaded when an icon of it is first shown: `import { chunks } from
 * "icons:chunks"`, and `import { names } from "icons:names"`. Data and no imports, or what the page always has would
 * be cut up to be shared with it.
 */
const icons = {
  name: "icons",
  setup(build) {
    let drawn;
    build.onResolve({ filter: /^icons:/ }, ({ path }) => ({ path: path.slice("icons:".length), namespace: "icons" }));
    build.onLoad({ filter: /.*/, namespace: "icons" }, async ({ path }) => {
      drawn ??= await readIcons();
      const letters = [...new Set([...drawn.keys()].map((name) => name[0]))].sort();
      const loaders = letters.map((letter) => `${JSON.stringify(letter)}: () => import("icons:${letter}")`);
      if (path === "chunks") return { contents: `export const chunks = { ${loaders.join(", ")} };`, resolveDir: here };
      if (path === "names") return { contents: `export const names = ${JSON.stringify([...drawn.keys()])};` };
      const ours = Object.fromEntries([...drawn].filter(([name]) => name[0] === path));
      return { contents: `export const icons = ${JSON.stringify(ours)};` };
    });
  },
};

/** Name to what lucide draws for it; for another name of the same icon, its name. */
async function readIcons() {
  const folder = join(here, "node_modules/lucide/dist/esm/icons");
  const names = readdirSync(folder).filter((file) => file.endsWith(".mjs")).map((file) => file.slice(0, -".mjs".length)).sort();
  const first = new Map();
  const read = await Promise.all(names.map(async (name) => [name, (await import(pathToFileURL(join(folder, `${name}.mjs`)).href)).default]));
  // An alias's file hands on another one's value: the same object. Its own file declares it.
  for (const [name, icon] of read) if (readFileSync(join(folder, `${name}.mjs`), "utf8").includes("\nconst ")) first.set(icon, name);
  return new Map(read.map(([name, icon]) => [name, first.get(icon) === name ? icon : first.get(icon)]));
}

/** `import url from "worker:pdf"`: where the worker of pdf.js lies, as a file of ours. Its legacy build runs in all browsers of `target`. */
const workers = {
  name: "workers",
  setup(build) {
    build.onResolve({ filter: /^worker:pdf$/ }, () => ({ path: "pdf.worker.js", namespace: "worker" }));
    build.onLoad({ filter: /.*/, namespace: "worker" }, () => ({
      contents: readFileSync(join(here, "node_modules/pdfjs-dist/legacy/build/pdf.worker.min.mjs")),
      loader: "file",
    }));
  },
};

/**
 * `import { diff } from "diff:only"`: the function of @codemirror/merge without its views. They stand in one file, so
 * that a chunk which two others share would bring them to whoever wants the function.
 */
const diffOnly = {
  name: "diff",
  setup(build) {
    const file = join(here, "node_modules/@codemirror/merge/dist/index.js");
    build.onResolve({ filter: /^diff:only$/ }, () => ({ path: file, namespace: "diff", sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: "diff" }, () => ({ contents: readFileSync(file), loader: "js", resolveDir: dirname(file) }));
  },
};

/**
 * Parts that come later, each with what is there by then, which it imports. What they share with that stays in one
 * piece so; cut up by who shares what with whom, a page would fetch dozens of small files, and the Builder would be a
 * tenth larger when compressed.
 */
const AFTER = new Map([
  ...["agent.ts", "chat.tsx", "chat_markdown.ts", "code_block.tsx", "json_tree.tsx", "map_view.tsx", "markdown.ts"].map((name) => [`app/${name}`, "app/main.tsx"]),
  ...["own_component.tsx", "pdf_view.tsx", "plotly_chart.ts", "searched_select.tsx", "vega_chart.ts"].map((name) => [`app/${name}`, "app/main.tsx"]),
  ...[...LATER.keys()].map((type) => [`components/${type}/component.tsx`, "app/main.tsx"]),
  ["components/dataframe/grid.tsx", "app/main.tsx"],
  ...["broken_pages.tsx", "dialog_views.tsx", "editor.ts", "event_row.tsx", "field_views.tsx", "python_colours.ts", "second_user.tsx", "side_views.tsx"].map((name) => [`builder/${name}`, "builder/main.tsx"]),
  ["builder/compare.ts", "builder/editor.ts"],
  ["builder/vim_keys.ts", "builder/editor.ts"],
]);

const inOnePiece = {
  name: "one piece",
  setup(build) {
    build.onLoad({ filter: /[\\/](app|builder|components)[\\/].*\.tsx?$/ }, ({ path }) => {
      const before = AFTER.get(relative(here, path).replaceAll("\\", "/"));
      return before && { contents: `${readFileSync(path, "utf8")}\nimport ${JSON.stringify(join(here, before))};\n`, loader: path.endsWith("x") ? "tsx" : "ts" };
    });
  },
};

const shared = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [catalogue, diffOnly, icons, workers],
  logLevel: "warning",
};

/** What a page names by a plain word. */
const ENTRIES = { "app/main.tsx": "app.js", "builder/main.tsx": "builder.js", "styles/app.css": "app.css", "styles/builder.css": "builder.css" };

async function buildProduct() {
  rmSync(dist, { recursive: true, force: true });
  const result = await build({
    ...shared,
    plugins: [...shared.plugins, inOnePiece],
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
  // What a script imports at once, itself or through others: a page fetches it all together.
  const imports = {};
  const { outputs } = result.metafile;
  const inDist = (file) => relative(dist, resolve(here, file)).replaceAll("\\", "/");
  const imported = (file, found = new Set()) => {
    for (const { path, kind } of outputs[file].imports) {
      if (kind !== "import-statement" || found.has(path)) continue;
      found.add(path);
      imported(path, found);
    }
    return [...found];
  };
  for (const [file, output] of Object.entries(outputs)) {
    const entry = ENTRIES[output.entryPoint];
    if (!entry) continue;
    manifest[entry] = inDist(file);
    if (entry.endsWith(".js")) imports[entry] = imported(file).filter((path) => path !== file).map(inDist);
  }
  writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
  writeFileSync(join(dist, "imports.json"), `${JSON.stringify(imports, null, 1)}\n`);
}

/** What is built once and fetched a million times may take its time. */
async function compressProduct() {
  const kinds = [
    [".gz", (data) => promisify(gzip)(data, { level: 9 })],
    [".br", (data) => promisify(brotliCompress)(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length } })],
  ];
  const files = readdirSync(dist).filter((name) => /\.(js|css)$/.test(name));
  const jobs = files.flatMap((name) => kinds.map((kind) => [name, ...kind]));
  await Promise.all(
    jobs.map(async ([name, ending, compress]) => {
      const data = readFileSync(join(dist, name));
      const packed = await compress(data);
      // Of a file of a few bytes nothing is saved.
      if (packed.length < data.length) writeFileSync(join(dist, name + ending), packed);
    }),
  );
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
if (process.argv.includes("--compress")) await compressProduct();
