/**
 * Takes out of sjcl all but what blind signatures use: whole numbers, and how they are read and written.
 *
 * Whole blocks go, between marks that stand in the file; a mark that is missing stops the build, so
 * that another version of the library is read before it is shipped. No line that stays is changed.
 */
import { readFile } from "node:fs/promises";

/** From the first mark up to the second. */
const UNUSED = [
  ["/** @fileOverview Low-level AES implementation.", "/** @fileOverview Arrays of bits, encoded as arrays of Numbers."],
  ["/** @fileOverview Bit array codec implementations.", "/** @fileOverview Bit array codec implementations.\n *\n * @author Emily Stark\n * @author Mike Hamburg\n * @author Dan Boneh\n */\n/**\n * Base64 encoding/decoding"],
  ["/** @fileOverview Javascript SHA-256 implementation.", "// Thanks to Colin McRae and Jonathan Burns of ionic security"],
  ["/**\n * Creates a new subclass of bn, based on reduction modulo a pseudo-Mersenne prime,", "export default sjcl;"],
];

/** Return the library's source without the blocks that nothing here calls. */
export function lean(source) {
  return UNUSED.reduce((text, [first, last]) => {
    const from = text.indexOf(first);
    const to = text.indexOf(last, from + 1);
    if (from < 0 || to < 0) throw new Error(`sjcl is not the version that was read: ${last}`);
    return text.slice(0, from) + text.slice(to);
  }, source);
}

/** esbuild's plugin that reads sjcl leanly. */
export const leanSjcl = {
  name: "lean-sjcl",
  setup(build) {
    build.onLoad({ filter: /blindrsa-ts\/lib\/src\/sjcl\/index\.js$/ }, async ({ path }) => ({ contents: lean(await readFile(path, "utf8")), loader: "js" }));
  },
};
