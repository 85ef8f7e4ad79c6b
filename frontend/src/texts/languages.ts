/** Which languages the page speaks, and which of them somebody gets. */

/** English is part of the script; each other is a file of its own, and only one of them is fetched. */
export const LANGUAGES: readonly string[] = ["en", "de", "fr", "es", "ar"];
const RIGHT_TO_LEFT = new Set(["ar"]);

/** Return the languages, in the order wished, without regions. */
export function bases(wished: readonly string[]): string[] {
  return wished.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
}

/** Return the first wished language that the page speaks, else English. */
export function chosen(wished: readonly string[]): string {
  return bases(wished).find((base) => LANGUAGES.includes(base)) ?? "en";
}

/** Return what is wished here: the language that the mail was written in, then the browser's. Decision 089. */
export function wishedLanguages(fragment: string): string[] {
  const mailed = /\.([a-z]{2})$/.exec(fragment)?.[1];
  return mailed === undefined ? [...navigator.languages] : [mailed, ...navigator.languages];
}

/** Return the side on which a language begins. */
export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}

/** Return the name of the file that has a language's words: those of the link's page, or, for replies, of both. */
export function fileOf(language: string, replies: boolean): string {
  return `${replies ? "replies" : "texts"}-${language}.js`;
}
