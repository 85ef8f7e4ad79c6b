/** Pieces that several screens show. */

import { h } from "../dom";
import { fingerprint } from "../link";
import type { Form, Text } from "../manifest";
import type { Round } from "../round";
import type { MessageId, Voice } from "../texts";

/** Return a text of the form, marked with its language where that is not the page's. */
export function formText(voice: Voice, text: Text): HTMLElement {
  const picked = voice.pick(text);
  return h("span", { lang: picked.language === voice.language ? undefined : picked.language, dir: "auto" }, picked.text);
}

/** Return a screen's title, which takes focus when the screen changes. */
export function title(...words: (string | Node)[]): HTMLElement {
  return h("h1", { tabindex: -1 }, ...words);
}

/** Return the page's one action. */
export function action(words: string, act: () => void, kind?: string): HTMLButtonElement {
  return h("button", { type: "button", class: kind, onclick: act }, words);
}

/** Return the switch between languages; `use` resolves with the voice that speaks from then on. */
export function languageChoice(voice: Voice, languages: readonly string[], use: (language: string) => Promise<Voice>): HTMLElement {
  const name = (tag: string) => new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  const options = languages.map((tag) => h("option", { value: tag, lang: tag, selected: tag === voice.language }, name(tag)));
  const choice = h("select", { "aria-label": voice.say("language") }, ...options);
  const change = async () => {
    const now = await use(choice.value);
    // Where a language can't be fetched, the page goes on in English.
    choice.value = now.language;
    choice.setAttribute("aria-label", now.say("language"));
  };
  choice.addEventListener("change", () => void change());
  return choice;
}

/** Return the support panel, opened or not. */
export function support(voice: Voice, round: { readonly form: Form } | undefined, open = false): HTMLElement {
  return h("details", { class: "r-support", open }, h("summary", {}, voice.say("support")), supportText(voice, round));
}

/** Return the words and contacts of the support panel. */
export function supportText(voice: Voice, round: { readonly form: Form } | undefined): HTMLElement {
  const contacts = round?.form.support ?? [];
  return h(
    "div",
    {},
    h("p", {}, voice.say("support_lead")),
    contacts.length > 0
      ? h("ul", {}, ...contacts.map(({ label, contact }) => h("li", {}, formText(voice, label), ": ", contactLink(contact))))
      : h("p", {}, voice.say("support_none")),
    h("p", { class: "quiet" }, voice.say("support_unread")),
  );
}

function contactLink(contact: string): Node | string {
  const digits = contact.replace(/[\s()/.-]/g, "");
  if (/^\+?\d{3,15}$/.test(digits)) return h("a", { href: `tel:${digits}`, dir: "ltr" }, contact);
  if (/^[^\s@]+@[^\s@]+\.\w+$/.test(contact)) return h("a", { href: `mailto:${contact}`, dir: "ltr" }, contact);
  // In a tab of its own, so that nothing typed here is lost.
  if (/^https?:\/\/\S+$/.test(contact)) return h("a", { href: contact, target: "_blank", rel: "noopener noreferrer" }, contact);
  return contact;
}

/** Those who were asked: they see totals, and no comments. */
export const RESPONDENTS = "respondents";

/** Return who reads comments too, of a round's audience, in words. */
export function rolesIn(voice: Voice, audience: readonly string[]): string {
  const readers = audience.filter((role) => role !== RESPONDENTS);
  return voice.list(readers.map((role) => voice.say(`role_${role}` as MessageId)));
}

/** Return the round's fingerprint with the line that says what it is. */
export function fingerprintLine(voice: Voice, round: Round, words: MessageId): HTMLElement {
  return h("p", {}, voice.say(words), " ", h("code", { class: "fingerprint", dir: "ltr" }, fingerprint(round.pin)));
}
