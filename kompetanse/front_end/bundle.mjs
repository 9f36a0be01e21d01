// Makes the files that a browser gets: `node bundle.mjs FOLDER`, beside node_modules.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = process.argv[2];

/** Of large packages only the files that are used. */
const narrowed = {
  name: "narrowed",
  setup(build) {
    const use = (filter, file, from) => build.onResolve({ filter }, ({ resolveDir, kind }) =>
      kind !== "entry-point" && (!from || resolveDir.endsWith(from)) ? { path: join(here, file) } : undefined);
    use(/^\.\.$/, "narrowed/services.js", "@jupyterlab/services/lib/kernel");
    use(/^@jupyterlab\/coreutils$/, "narrowed/coreutils.js");
    use(/^jquery$/, "narrowed/jquery.js");
    use(/^sanitize-html$/, "narrowed/sanitize.js");
    // Lumino's own bundle cannot be taken apart, but its sources can: a page without docks and menus needs few of them.
    build.onResolve({ filter: /^@lumino\/widgets$/ }, () => ({
      path: join(here, "node_modules/@lumino/widgets/src/index.ts"), sideEffects: false,
    }));
    build.onResolve({ filter: /^\.\// }, ({ path, resolveDir }) =>
      resolveDir.endsWith("@lumino/widgets/src") ? { path: join(resolveDir, `${path}.ts`), sideEffects: false } : undefined);
  },
};

/** Libraries as they are, but for what does not fit a page of ours. */
const adapted = {
  name: "adapted",
  setup(build) {
    build.onLoad({ filter: /node_modules\/.*\.[cm]?js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      // Their messages name pages of other hosts; the names of XML's languages are no pages.
      const contents = source.replace(/https?:\/\/(?!www\.w3\.org\/)[\w-]+\.[\w./#-]+/g, "");
      return { contents: path.endsWith("anywidget/dist/index.js") ? asModule(contents) : contents };
    });
    build.onLoad({ filter: /package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
    // A style sheet becomes text, which a script may put in force without a request of its own.
    build.onLoad({ filter: /\.css$/, namespace: "file" }, async ({ path }) => {
      const { outputFiles: [sheet] } = await esbuild.build({
        entryPoints: [path], bundle: true, minify: true, write: false, loader: { ".svg": "dataurl" }, legalComments: "none",
      });
      return { contents: sheet.text, loader: "text" };
    });
  },
};

/** anywidget's file is made for AMD loaders, though all it defines is one function of base. */
function asModule(source) {
  const contents = source.replace('define(["@jupyter-widgets/base"], widget_default)', "export default widget_default");
  if (contents === source) throw new Error("anywidget no longer ends as bundle.mjs expects.");
  return contents;
}

const { metafile } = await esbuild.build({
  absWorkingDir: here,
  entryPoints: ["workbook.js"],
  outdir: folder,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16", "chrome109", "firefox115"],
  legalComments: "none",
  metafile: true,
  plugins: [narrowed, adapted],
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
});

/** What was built, for the server: the first file, and those that every page needs after it. */
const outputs = Object.entries(metafile.outputs);
const name = (path) => path.split("/").at(-1);
const [first, { imports }] = outputs.find(([, output]) => output.entryPoint === "workbook.js");
const [kernel] = outputs.find(([, output]) => output.entryPoint === "kernel.js");
const needed = [...imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path), kernel].map(name);
await writeFile(join(folder, "files.json"), JSON.stringify({ first: name(first), needed }));

/** Whose work it holds, with the licence of each package. */
const packages = new Set(Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
 
  .map((path) => path.match(/node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
await writeFile(join(folder, "LICENCES.txt"), await licences([...packages].sort()));

async function licences(found) {
  const notes = [];
  for (const place of found) {
    const { name: title, version, license } = JSON.parse(await readFile(join(here, place, "package.json"), "utf8"));
    const file = (await readdir(join(here, place))).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? await readFile(join(here, place, file), "utf8") : `Licence: ${license}\n`;
    notes.push(`${title} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return notes.join(`\n${"-".repeat(80)}\n\n`);
}
