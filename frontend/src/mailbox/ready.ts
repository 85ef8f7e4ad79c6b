/** The ready sentences with which staff answers in one click; the server has them from the same file. */

import sentences from "../../../surveys/data/acknowledgements.json";
import type { Text } from "../manifest";

/** Return a sentence by its number, in every language it is written in. */
export function sentenceOf(number: number): Text {
  return (sentences as Readonly<Record<string, Text>>)[String(number)] ?? { en: "" };
}
