/** How long it takes to answer: the same rule as in the mail (surveys/form_length.py). */

import type { Item } from "./manifest";

const SECONDS_EACH = 8;
const SECONDS_MORE = 4;
const SECONDS_WRITING = 30;
const LENGTH_READ = 160;
const LETTERS_A_SECOND = 15;

/** Return about how many seconds it takes to answer these items, in whatever language. */
export function secondsToAnswer(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + secondsFor(item), 0);
}

function secondsFor(item: Item): number {
  const comment = item.type === "comment";
  if (comment && !item.required) return 0;
  const longest = (text: Item["text"]) => Math.max(...Object.values(text).map((words) => [...words].length));
  const letters = [item, ...(item.options ?? [])].reduce((sum, { text }) => sum + longest(text), 0);
  const reading = Math.ceil(Math.max(0, letters - LENGTH_READ) / LETTERS_A_SECOND);
  if (comment) return SECONDS_WRITING + reading;
  return SECONDS_EACH + (item.type === "multiple" ? SECONDS_MORE : 0) + reading;
}
