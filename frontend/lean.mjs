/**
 * Takes out of Pico what no page of ours has: a respondent on a phone downloads the style sheet.
 *
 * A rule goes when all its selectors name something unused, outside `:not(...)`; a variable when
 * nothing reads it, or our tokens set it anyway. A test keeps pages from using what is left out.
 */
import { readFile } from "node:fs/promises";

/** What no page has, as it stands in a selector: elements, and pieces of names and attributes. */
const ELEMENTS = /(?<![\w.#[=:-])(?:abbr|audio|blockquote|cite|del|h5|h6|hgroup|ins|optgroup|samp|sub|sup|tfoot|video)(?![\w=-])/;
const UNUSED = [
  ".container", ".contrast", ".dropdown", ".grid", ".modal-", ".outline", ".striped", "[aria-busy", "[data-tooltip",
  "[aria-invalid=false]", "[aria-label=breadcrumb]", "[multiple]", "[role=list", ":indeterminate", "[role=group]", "[role=switch]", "[type=color]", "[type=datetime-local]", "[type=month]",
  "[type=range]", "[type=reset]", "[type=week]", "data-theme", ":host",
  "-color-swatch", "-range-", "-slider-", "::-moz-focus", "::-ms-",
];

/** What those who sign in have and a respondent doesn't. */
const STAFF_ELEMENTS = /(?<![\w.#[=:-])(?:article|canvas|dialog|figure|kbd|mark|nav|pre|table|t[rdh]|tbody|thead)(?![\w=-])/;
const STAFF_ONLY = ["[aria-current]", "[role=button]", "[role=link]", "[role=search]", "[type=search]", "[type=file]", "[type=number]", "[type=date]", "[type=time]", "::file-selector-button"];

/** Return the pieces of a selector list; commas inside brackets don't part them. */
function selectorsOf(list) {
  const parts = [""];
  let depth = 0;
  for (const sign of list) {
    if ("([".includes(sign)) depth += 1;
    if (")]".includes(sign)) depth -= 1;
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** Return whether a selector asks for something that no page has; of alternatives, whether all do. */
function isUnused(selector, forRespondents) {
  const wanted = selector
    .replace(/:not\((?:[^()]|\([^()]*\))*\)/g, "")
    .replace(/:(?:where|is)\(([^()]*)\)/g, (whole, list) => (selectorsOf(list).every((one) => isUnused(one, forRespondents)) ? whole : ""));
  if (ELEMENTS.test(wanted) || UNUSED.some((name) => wanted.includes(name))) return true;
  return forRespondents && (STAFF_ELEMENTS.test(wanted) || STAFF_ONLY.some((name) => wanted.includes(name)));
}

/** Return a minified style sheet without the rules that no page needs, or no respondent's page. */
export function lean(css, forRespondents) {
  let kept = "";
  for (let at = 0; at < css.length; ) {
    const open = css.indexOf("{", at);
    const semicolon = css.indexOf(";", at);
    if (open < 0 || (css[at] === "@" && semicolon >= 0 && semicolon < open)) {
      const end = open < 0 ? css.length : semicolon + 1;
      kept += css.slice(at, end);
      at = end;
      continue;
    }
    let close = open;
    for (let depth = 0; ; close += 1) {
      if (css[close] === "{") depth += 1;
      if (css[close] === "}" && (depth -= 1) === 0) break;
    }
    kept += rule(css.slice(at, open), css.slice(open + 1, close), forRespondents);
    at = close + 1;
  }
  return kept;
}

function rule(head, body, forRespondents) {
  if (head.startsWith("@media") || head.startsWith("@supports")) {
    const inside = lean(body, forRespondents);
    return inside && `${head}{${inside}}`;
  }
  if (head.startsWith("@")) return `${head}{${body}}`;
  const selectors = selectorsOf(head).filter((selector) => !isUnused(selector, forRespondents));
  return selectors.length > 0 ? `${selectors.join(",")}{${body}}` : "";
}

const DECLARED = /(--pico-[\w-]+):(?:"[^"]*"|\((?:"[^"]*"|[^()"]|\([^()]*\))*\)|[^;{}"()])*;?/g;

/** Return the sheet without the variables that no rule reads; those that only fed them go too. */
function withoutIdle(css) {
  const read = new Set([...css.matchAll(/var\((--pico-[\w-]+)/g)].map((found) => found[1]));
  const kept = css.replace(DECLARED, (whole, name) => (read.has(name) ? whole : ""));
  return kept === css ? css : withoutIdle(kept);
}

/** Return the sheet without what it sets at the root and our tokens, outside its layer, set again. */
function withoutOverruled(css, tokens) {
  const ours = new Set([...tokens.matchAll(/(--pico-[\w-]+):/g)].map((found) => found[1]));
  return css.replace(/:root[^{},]*\{[^{}]*\}/g, (root) => root.replace(DECLARED, (whole, name) => (ours.has(name) ? "" : whole)));
}

/** Return esbuild's plugin that reads Pico leanly. */
export const leanPico = (forRespondents) => ({
  name: "lean-pico",
  setup(build) {
    build.onLoad({ filter: /pico\.min\.css$/ }, async ({ path }) => {
      const [pico, tokens] = await Promise.all([readFile(path, "utf8"), readFile(new URL("src/css/tokens.css", import.meta.url), "utf8")]);
      return { contents: withoutIdle(withoutOverruled(lean(pico, forRespondents), tokens)), loader: "css" };
    });
  },
});
