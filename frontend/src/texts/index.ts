/** What the page says: in which language, and how its sentences are filled in. */

import type { Cues } from "../cues";
import type { Text } from "../manifest";
import type { MailboxMessages } from "../mailbox/texts/en";
import { en, type MessageId, type Messages } from "./en";
import { bases, directionOf, fileOf } from "./languages";
import { filledIn, type Places } from "./message";

export type { MessageId } from "./en";

/** What a language's file holds: the words of the link's page and, where replies are read, of that page. */
export interface Words {
  readonly page: Messages;
  readonly cues: Cues;
  readonly mailbox?: MailboxMessages;
}

/** Return a language with its words; English, which is always here, where its file can't be fetched. */
export async function spoken(language: string, replies = false): Promise<{ language: string; words: Words | undefined }> {
  if (language === "en") return { language, words: undefined };
  const file = `./${fileOf(language, replies)}`;
  try {
    return { language, words: (await import(file)) as Words };
  } catch {
    return { language: "en", words: undefined };
  }
}

/** One language, with everything that is said in it. */
export class Voice {
  constructor(
    readonly language = "en",
    private readonly wished: readonly string[] = [language],
    private readonly messages: Messages = en,
    /** What points to somebody in this language; none where it is English, whose cues are always here. */
    readonly cues?: Cues,
  ) {}

  get direction(): "ltr" | "rtl" {
    return directionOf(this.language);
  }

  /** Return a sentence with its {places} filled in. */
  say(id: MessageId, places: Places = {}): string {
    return filledIn(this.messages[id], places, this.language);
  }

  /** Return a text of the form, in the voice's language, else English, else its first; with its language. */
  pick(text: Text): { text: string; language: string } {
    const tags = Object.keys(text);
    const find = (language: string) => tags.find((tag) => bases([tag])[0] === language);
    const tag = find(this.language) ?? find("en") ?? tags[0] ?? "en";
    return { text: text[tag] ?? "", language: tag };
  }

  /** Return a day as people say it within a sentence, such as "Friday 12 June". */
  day(moment: string): string {
    return this.written(moment, { weekday: "long", day: "numeric", month: "long" });
  }

  /** Return a day with its time, in the browser's time zone. */
  dayAndTime(moment: string): string {
    return this.written(moment, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  }

  /** Return a number as it is written in this language; always in the digits 0 to 9. */
  number(value: number): string {
    return new Intl.NumberFormat(`${this.language}-u-nu-latn`, { maximumFractionDigits: 1 }).format(value);
  }

  /** Return several things as they are listed in this language: "one, two", without a word for "and". */
  list(things: readonly string[]): string {
    return things.join(this.language === "ar" ? "، " : ", ");
  }

  private written(moment: string, style: Intl.DateTimeFormatOptions): string {
    const region = this.wished.find((tag) => bases([tag])[0] === this.language && tag.includes("-"));
    // Without a region, English dates come in the order of the mail: day before month.
    const locale = region ?? (this.language === "en" ? "en-GB" : this.language);
    const words = new Intl.DateTimeFormat(locale, { ...style, calendar: "gregory", numberingSystem: "latn" }).format(new Date(moment));
    // "el viernes 12 de junio": the comma belongs to a date that stands alone.
    return this.language === "es" ? words.replace(", ", " ") : words;
  }
}
