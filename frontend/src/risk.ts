/** Words that may mean danger. Nothing is stored or sent: a match opens the support panel. */

import patterns from "./risk.json";

const compile = (sources: readonly string[]) => sources.map((source) => new RegExp(source, "g"));
const BESIDE = compile(patterns.beside);
const RISK = compile(patterns.risk);

/** Return whether a comment may speak of suicide or self-harm. */
export function soundsAtRisk(comment: string): boolean {
  const plain = comment.toLowerCase().replace(/['’‘`´]/g, "").replace(/\s+/g, " ").trim();
  const rest = BESIDE.reduce((text, pattern) => text.replace(pattern, " "), plain);
  return RISK.some((pattern) => rest.search(pattern) >= 0);
}
