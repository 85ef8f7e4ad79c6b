/** The languages of the page of replies. */

import { filledIn, Voice } from "../../texts";
import { de } from "./de";
import { en, type MailboxMessageId, type MailboxMessages } from "./en";

const SPOKEN: Readonly<Record<string, MailboxMessages>> = { en, de };

/** A voice that also says what only this page says. */
export class MailboxVoice extends Voice {
  private readonly own: MailboxMessages;

  constructor(language: string, wished: readonly string[] = [language]) {
    super(language, wished);
    this.own = SPOKEN[language] ?? en;
  }

  /** Return a sentence of this page. */
  tell(id: MailboxMessageId, places: Readonly<Record<string, string | number>> = {}): string {
    return filledIn(this.own[id], places);
  }

  /** Return a message's day, given as YYYY-MM-DD, as people say it. */
  date(day: string): string {
    return this.day(`${day}T12:00:00`);
  }
}
