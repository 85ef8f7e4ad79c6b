/** What the page of replies says. */

import { Voice, type Words } from "../../texts";
import { en as english } from "../../texts/en";
import { filledIn, type Places } from "../../texts/message";
import { en, type MailboxMessageId, type MailboxMessages } from "./en";

/** A voice that also says what only this page says. */
export class MailboxVoice extends Voice {
  private readonly own: MailboxMessages;

  constructor(language = "en", wished: readonly string[] = [language], words?: Words) {
    super(language, wished, words?.page ?? english, words?.cues);
    this.own = words?.mailbox ?? en;
  }

  /** Return a sentence of this page. */
  tell(id: MailboxMessageId, places: Places = {}): string {
    return filledIn(this.own[id], places, this.language);
  }

  /** Return a message's day, given as YYYY-MM-DD, as people say it. */
  date(day: string): string {
    return this.day(`${day}T12:00:00`);
  }
}
