/** The page's languages: which one is spoken, and how its sentences are filled in. */

import type { Text } from "../manifest";
import { de } from "./de";
import { en, type MessageId, type Messages } from "./en";

export type { MessageId } from "./en";

const SPOKEN: Readonly<Record<string, Messages>> = { en, de };
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

/** Return the languages, in the order wished, without regions. */
function bases(wished: readonly string[]): string[] {
  return wished.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
}

/** Return the languages that both the page and the form speak. */
export function sharedLanguages(form: { readonly title: Text }): string[] {
  const written = new Set(bases(Object.keys(form.title)));
  return Object.keys(SPOKEN).filter((language) => written.has(language));
}

/** Return a sentence with its {places} filled in. */
export function filledIn(sentence: string, places: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

/** One language, with everything that is said in it. */
export class Voice {
  private readonly messages: Messages;

  constructor(
    readonly language: string,
    private readonly wished: readonly string[] = [language],
  ) {
    this.messages = SPOKEN[language] ?? en;
  }

  /** Return the voice for a browser: the first wished language among those offered, else English. */
  static for(wished: readonly string[], offered: readonly string[] = Object.keys(SPOKEN)): Voice {
    const language = bases(wished).find((base) => offered.includes(base)) ?? "en";
    return new Voice(language in SPOKEN ? language : "en", wished);
  }

  get direction(): "ltr" | "rtl" {
    return RIGHT_TO_LEFT.has(this.language) ? "rtl" : "ltr";
  }

  /** Return a sentence with its {places} filled in. */
  say(id: MessageId, places: Readonly<Record<string, string | number>> = {}): string {
    return filledIn(this.messages[id], places);
  }

  /** Return a text of the form, in the voice's language, else English, else its first; with its language. */
  pick(text: Text): { text: string; language: string } {
    const tags = Object.keys(text);
    const find = (language: string) => tags.find((tag) => bases([tag])[0] === language);
    const tag = find(this.language) ?? find("en") ?? tags[0] ?? "en";
    return { text: text[tag] ?? "", language: tag };
  }

  /** Return a day as people say it, such as "Friday 12 June". */
  day(moment: string): string {
    return this.written(moment, { weekday: "long", day: "numeric", month: "long" });
  }

  /** Return a day with its time, in the browser's time zone. */
  dayAndTime(moment: string): string {
    return this.written(moment, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  }

  private written(moment: string, style: Intl.DateTimeFormatOptions): string {
    const region = this.wished.find((tag) => bases([tag])[0] === this.language && tag.includes("-"));
    // Without a region, English dates come in the order of the mail: day before month.
    const locale = region ?? (this.language === "en" ? "en-GB" : this.language);
    return new Intl.DateTimeFormat(locale, style).format(new Date(moment));
  }
}
