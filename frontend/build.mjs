/**
 * Builds the browser's files into app/static, or with --check builds them again elsewhere and
 * compares byte for byte with what is committed. Prints what a respondent downloads, gzipped.
 */
import { build } from "esbuild";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { leanPico } from "./lean.mjs";
import { leanSjcl } from "./whole-numbers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const committed = join(here, "..", "app", "static");
const page = join(here, "..", "app", "templates", "respond", "page.html");
const budget = 60_000;
const scripts = ["respond", "mailbox", "charts", "passkeys", "passwords"];
/** What runs before the first paint, and so is no module: modules wait for the whole page. */
const first = "first";
/** English is part of the scripts; of the others a respondent downloads one, with the words of her page. */
const languages = ["de", "fr", "es", "ar"];
const words = ["texts", "replies"].flatMap((page) => languages.map((tag) => `${page}-${tag}`));
/** A respondent downloads a sheet of her own: tables and charts are for those who sign in. */
const sheets = { chorus: { entry: "theme", forRespondents: false }, respond: { entry: "respond-theme", forRespondents: true } };
const outputs = [...[...scripts, first, ...words].map((name) => `${name}.js`), ...Object.keys(sheets).map((name) => `${name}.css`), "LICENSES.txt"];
const bundled = [
  ["@hpke/core", "LICENSE"],
  ["@hpke/common", "LICENSE"],
  ["@cloudflare/blindrsa-ts", "LICENSE.txt"],
  ["sjcl", "LICENSE.txt"],
  ["@picocss/pico", "LICENSE.md"],
  ["chart.js", "LICENSE.md"],
  ["@kurkle/color", "LICENSE.md"],
];

/** Return the licence texts of everything that is bundled, one block a library. */
async function licences() {
  const blocks = bundled.map(async ([name, file]) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n").trim();
    return `${name} ${version} (${license})\n${"=".repeat(60)}\n${text}\n`;
  });
  return `Libraries inside the scripts and style sheets, with their licences.\n\n${(await Promise.all(blocks)).join("\n\n")}`;
}

/** Write the files into `folder`. */
async function buildInto(folder) {
  const script = { format: "esm", platform: "browser", target: ["es2022"], plugins: [leanSjcl] };
  const shared = { absWorkingDir: here, bundle: true, minify: true, legalComments: "none", charset: "utf8" };
  await Promise.all([
    ...scripts.map((name) => build({ ...shared, ...script, entryPoints: [`src/${name}.ts`], outfile: join(folder, `${name}.js`) })),
    build({ ...shared, ...script, format: "iife", entryPoints: [`src/${first}.ts`], outfile: join(folder, `${first}.js`) }),
    ...words.map((name) => build({ ...shared, ...script, entryPoints: [`src/languages/${name}.ts`], outfile: join(folder, `${name}.js`) })),
    ...Object.entries(sheets).map(([name, { entry, forRespondents }]) =>
      build({
        ...shared,
        entryPoints: [`src/${entry}.css`],
        outfile: join(folder, `${name}.css`),
        target: ["chrome108", "firefox110", "safari16"],
        external: ["data:*"],
        plugins: [leanPico(forRespondents)],
      }),
    ),
    writeFile(join(folder, "LICENSES.txt"), await licences()),
  ]);
}

/** Print the gzipped sizes; throw when a respondent would download more than the budget in any language. */
async function printSizes() {
  const size = async (path) => gzipSync(await readFile(path), { level: 9 }).length;
  const paths = [page, ...["mark.svg", "respond.css", `${first}.js`, "respond.js"].map((name) => join(committed, name))];
  const sizes = await Promise.all(paths.map(size));
  paths.forEach((path, index) => console.log(`${relative(join(here, ".."), path)}: ${sizes[index]} bytes gzipped`));
  const shared = sizes.reduce((sum, each) => sum + each, 0);
  for (const tag of ["en", ...languages]) {
    const total = shared + (tag === "en" ? 0 : await size(join(committed, `texts-${tag}.js`)));
    console.log(`respondent's page in all, ${tag}: ${total} bytes gzipped of ${budget}`);
    if (total > budget) throw new Error("The respondent's page is larger than its budget.");
  }
}

/** Build elsewhere and compare; throw when a committed file differs. */
async function compareWithCommitted() {
  const folder = await mkdtemp(join(tmpdir(), "chorus-bundle-"));
  try {
    await buildInto(folder);
    for (const name of outputs) {
      const [fresh, kept] = await Promise.all([readFile(join(folder, name)), readFile(join(committed, name))]);
      if (!fresh.equals(kept)) throw new Error(`app/static/${name} differs from what the sources build.`);
      console.log(`app/static/${name}: the same bytes`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv.includes("--check")) await compareWithCommitted();
else await buildInto(committed);
await printSizes();
