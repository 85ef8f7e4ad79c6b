/** How it ends: what the page says to each name that the service has for a refusal. */

import type { Problem } from "./screens/outside";

/** After these the questions come back, so that nothing typed is lost. */
const MENDABLE = new Set(["too_large", "bad_signature"]);

/** Every name whose word is final: the same again would be refused again. */
const FINAL: ReadonlyMap<string, Problem> = new Map([
  ["already_taken", "taken"],
  ["taken", "taken"],
  ["revoked", "revoked"],
  ["not_open", "revoked"],
  ["closed", "closed"],
  ["serial_used", "serial_used"],
  ["unknown_token", "unknown"],
  ["unknown_pool", "unknown"],
  ["damaged_link", "damaged"],
  ["too_large", "too_large"],
  ["bad_signature", "bad_signature"],
]);

/** Return what to say; "refused" for a name that is not the service's last word, such as a proxy's. */
export function endingOf(reason: string): Problem {
  return FINAL.get(reason) ?? "refused";
}

/** Return whether trying again is in vain, so that nothing need be kept for it. */
export function isFinal(reason: string): boolean {
  return FINAL.has(reason);
}

/** Return whether the person can mend it by changing the answers. */
export function isMendable(reason: string): boolean {
  return MENDABLE.has(reason);
}
