/** Words that may mean danger. Nothing is stored or sent: a match opens the support panel. */

import patterns from "./risk.json";

const compile = (sources: readonly string[]) => sources.map((source) => new RegExp(source, "g"));
const BESIDE = compile(patterns.beside);
const RISK = compile(patterns.risk);

/** Return a comment as the patterns read it: words in lower case, and a full stop for each end of a sentence. */
function plain(comment: string): string {
  return comment
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{M}\p{Cf}'’‘`´]/gu, "")
    .replace(/[.!?;…]+/g, " . ")
    .replace(/[^\p{L}\p{N}.]+/gu, " ")
    .trim();
}

/** Return whether a comment may speak of suicide, self-harm or violence at home. */
export function soundsAtRisk(comment: string): boolean {
  const rest = BESIDE.reduce((text, pattern) => text.replace(pattern, " "), plain(comment));
  return RISK.some((pattern) => rest.search(pattern) >= 0);
}
