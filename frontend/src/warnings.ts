/** Local warnings about a comment, before it is sealed. D8: addresses and phone numbers are masked. */

const ADDRESS = /[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}/i;
const PHONE = /(?:\+|\b00|\(?\b0)?\d(?:[\s./()-]{0,2}\d){6,14}\b/;
const DATE = /\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b/g;

/** Return what a comment seems to mention, or undefined. */
export function mentionsContact(comment: string): "address" | "phone" | undefined {
  if (ADDRESS.test(comment)) return "address";
  return PHONE.test(comment.replace(DATE, " ")) ? "phone" : undefined;
}
