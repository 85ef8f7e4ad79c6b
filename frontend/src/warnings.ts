/** Local warnings about a comment, before it is sealed. D8: names, addresses and phone numbers are masked. */

import { names } from "./names.json";

const ADDRESS = /[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}/i;
const PHONE = /(?:\+|\b00|\(?\b0)?\d(?:[\s./()-]{0,2}\d){6,14}\b/;
const DATE = /\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b/g;

/** The roster is not here, and must not be: this knows common names and what usually stands before one. */
const NAMES = new Set(names.split(" "));
const CAPITALISED = /\p{Lu}[\p{L}\p{M}]+/gu;
const TITLED = /\b(?:Mr|Mrs|Ms|Dr|Prof|Herrn?|Frau|Mme|Sra?)\b\.? \p{Lu}/u;
const CUE = /\b(?:with|by|thanks?|thanks to|ask|asked|tell|told|mentor|colleague|boss|manager|called) (?!I\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|English|German)\p{Lu}\p{Ll}{2}/u;

function mentionsName(comment: string): boolean {
  const known = (comment.match(CAPITALISED) ?? []).some((word) => NAMES.has(word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")));
  return known || TITLED.test(comment) || CUE.test(comment);
}

/** Return what a comment seems to mention, or undefined. */
export function mentionsContact(comment: string): "address" | "phone" | "name" | undefined {
  if (ADDRESS.test(comment)) return "address";
  if (PHONE.test(comment.replace(DATE, " "))) return "phone";
  return mentionsName(comment) ? "name" : undefined;
}
