/** Local warnings about a comment, before it is sealed. D8: names, addresses and phone numbers are masked. */

import type { Cues } from "./cues";
import { en } from "./cues/en";
import { names } from "./names.json";

const ADDRESS = /[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}/i;
const PHONE = /(?:\+|\b00|\(?\b0)?\d(?:[\s./()-]{0,2}\d){6,14}\b/;
const DATE = /\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b/;
const DATES = new RegExp(DATE, "g");

/** The roster is not here, and must not be: this knows common names and what usually stands before one. */
const NAMES = new Set(names.split(" "));
const CAPITALISED = /\p{Lu}[\p{L}\p{M}]+/gu;
const TITLED = /(?<!\p{L})(?:M(?:r|rs|s|me|lle|adame|onsieur)|M\.|Dra?|Prof|Herrn?|Frau|Srt?a?|Señor(?:a|ita)?|D[oO]ñ?[na]|Dª)\.? \p{Lu}/u;

/** Return a comment whose Arabic-Indic digits, of both kinds, are the digits 0 to 9. */
function western(comment: string): string {
  return comment.replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

/** Return a comment in lower case, without accents and apostrophes, and with the digits 0 to 9. */
function plain(comment: string): string {
  return western(comment).toLowerCase().normalize("NFD").replace(/[\p{M}'’]/gu, "");
}

/** Return what a comment seems to mention, or undefined; `cues` are those of the page's language. */
export function mentionsContact(comment: string, cues: Cues = en): "address" | "phone" | "name" | "telling" | undefined {
  if (ADDRESS.test(comment)) return "address";
  if (PHONE.test(western(comment).replace(DATES, " "))) return "phone";
  const bare = plain(comment);
  const both = [en, cues];
  const known = (comment.match(CAPITALISED) ?? []).some((word) => NAMES.has(plain(word)));
  if (known || TITLED.test(comment)) return "name";
  if (both.some((each) => each.names.some((cue) => cue.test(comment) || cue.test(bare)))) return "name";
  return DATE.test(bare) || both.some((each) => each.telling.some((cue) => cue.test(bare))) ? "telling" : undefined;
}
