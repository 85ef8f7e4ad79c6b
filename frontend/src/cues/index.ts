/** What, in one language, stands before a name, and what points to one person without a name. */

/** English is always here, and the page's language beside it. */
export interface Cues {
  /** Over the text as it is written, and over its plain form: lower case, no accents, the digits 0 to 9. */
  readonly names: readonly RegExp[];
  /** Over the plain form: a boss, a role that one person has, a day, a room. \b knows no Arabic. */
  readonly telling: readonly RegExp[];
}

/** Return a pattern for a name after one of these words: it has a capital, and is no tool that all use. */
export function nameAfter(words: string, but = ""): RegExp {
  return new RegExp(`(?<!\\p{L})(?:${words}) (?!I\\b|${but}Teams|Zoom|Slack|Excel|Outlook|Jira)\\p{Lu}\\p{Ll}{2}`, "u");
}

/** Return the patterns for a day of a month, such as "12 May". */
export function dayOf(months: string): RegExp {
  return new RegExp(`\\b\\d{1,2}(?:\\.|er|st|nd|rd|th)? (?:of |de )?(?:${months})\\b`);
}
