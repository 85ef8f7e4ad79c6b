import { type Cues, dayOf, nameAfter } from "./index";

const MONTHS = "january|february|march|april|june|july|august|september|october|november|december";

/** What points to somebody in English. */
export const en: Cues = {
  names: [
    nameAfter(
      "with|by|thanks?|thanks to|ask|asked|tell|told|mentor|colleague|boss|manager|called",
      "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|English|German|",
    ),
  ],
  telling: [
    /\bmy (?:line |own )?(?:manager|boss|supervisor|team lead|director)\b/,
    /\b(?:being|im|i am|i was) the only\b|\bthe only (?:woman|man|person|one) (?:in|on|here)\b|\bas (?:an?|the) (?:intern|trainee|apprentice)\b/,
    dayOf(`${MONTHS}|may(?! (?:be|not|have|need|help|take|come))`),
    new RegExp(`\\b(?:${MONTHS}) \\d{1,2}\\b`),
    /\broom (?:no\.? ?)?[a-z]?\d|\boffice (?:[a-z]-?\d|(?!365)\d{3})|\b\d(?:st|nd|rd|th) floor\b/,
  ],
};
