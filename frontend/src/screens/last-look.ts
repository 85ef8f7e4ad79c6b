/** Before a comment leaves that may say who wrote it: one more look, for which nothing is lost. */

import { h } from "../dom";
import type { Item } from "../manifest";
import type { Draft } from "../round";
import type { Voice } from "../texts";
import { mentionsContact } from "../warnings";
import { action } from "./parts";
import { controlId } from "./question";

export interface LastLook {
  /** Where it is said. */
  readonly place: HTMLElement;
  /** Send, or say first what may be better left out; a second click sends what was not changed. */
  look(): void;
  clear(): void;
}

/** Return the last look at a draft. */
export function lastLook(voice: Voice, draft: Draft, send: () => void): LastLook {
  const place = h("div");
  const seen = new Map<string, string>();
  const mentioned = (item: Item) => mentionsContact(draft.comment(item), voice.cues);
  const telling = (): Item[] => draft.items.filter((item) => mentioned(item) && seen.get(item.id) !== draft.comment(item));
  const say = (items: readonly Item[]) => {
    for (const item of items) seen.set(item.id, draft.comment(item));
    const lines = items.map((item) => h("p", {}, voice.say(`comment_${mentioned(item) ?? "name"}`)));
    const box = () => document.getElementById(items[0] ? controlId(items[0]) : "");
    const change = () => {
      place.replaceChildren();
      box()?.focus({ preventScroll: true });
      box()?.closest(".r-question")?.scrollIntoView({ block: "start" });
    };
    const choice = h("div", { class: "row" }, action(voice.say("check_change"), change, "secondary"), action(voice.say("send_anyway"), send, "secondary"));
    place.replaceChildren(h("div", { class: "notice notice-watch" }, h("h2", { tabindex: -1 }, voice.say("check_title")), ...lines, choice));
    place.querySelector("h2")?.focus();
  };
  return {
    place,
    look: () => {
      const items = telling();
      if (items.length === 0) send();
      else say(items);
    },
    clear: () => place.replaceChildren(),
  };
}
