/** The screens of the page of replies. */

import { h } from "../dom";
import type { Form, Item } from "../manifest";
import { readReceipt } from "../receipt";
import { action, formText, support, title } from "../screens/parts";
import type { Box } from "./box";
import type { Message } from "./message";
import { sentenceOf } from "./ready";
import type { MailboxVoice } from "./texts";
import type { MailboxMessageId } from "./texts/en";
import { type Drafts, writing, type Write } from "./writing";

/** What the round's times say about replies. */
export interface Times {
  /** When it first closes, while that is ahead. */
  readonly tooEarly: string | undefined;
  /** The next closing time, between the first and the last: it may have closed already. */
  readonly maybeEarly: string | undefined;
  readonly ended: boolean;
  readonly months: number;
}

/** A round as this page knows it: without a link there is no pin to check it against. */
export interface KnownRound {
  readonly form: Form;
}

/** Return the screen that asks for the receipt; `open` gets a receipt that is well formed. */
export function asking(voice: MailboxVoice, times: Times, round: KnownRound, open: (receipt: string) => void, withdraw: HTMLElement | undefined): HTMLElement {
  const early = times.tooEarly
    ? voice.tell("too_early", { date: voice.day(times.tooEarly) })
    : times.maybeEarly && voice.tell("maybe_early", { date: voice.day(times.maybeEarly) });
  return h(
    "section",
    {},
    title(voice.tell("title")),
    h("p", {}, voice.tell("lead")),
    early !== undefined && h("p", { class: "notice" }, early),
    receiptForm(voice, open),
    withdraw,
    goodToKnow(voice, times),
    support(voice, round),
  );
}

/** Return the screen of what opened: a conversation for each comment, or the reasons for none. */
export function found(
  voice: MailboxVoice,
  round: KnownRound,
  boxes: readonly Box[],
  acts: { write: (box: Box) => Write; drafts: Drafts; lookAgain: () => void; leave: () => void },
  status: string,
): HTMLElement {
  const none = boxes.length === 0;
  return h(
    "section",
    {},
    title(voice.tell(none ? "none_title" : "found_title")),
    h("p", { role: "status", class: "r-status" }, status),
    none && h("p", {}, voice.tell("none")),
    ...boxes.map((box) => conversation(voice, round, box, acts.write(box), acts.drafts)),
    h("div", { class: "row" }, action(voice.tell("look_again"), acts.lookAgain, "secondary"), action(voice.tell("leave"), acts.leave, "secondary")),
    support(voice, round),
  );
}

/** Return a screen of one sentence under its title. */
export function saying(voice: MailboxVoice, heading: string, sentence: string, ...more: HTMLElement[]): HTMLElement {
  return h("section", {}, title(heading), h("p", {}, sentence), ...more, support(voice, undefined));
}

function receiptForm(voice: MailboxVoice, open: (receipt: string) => void): HTMLElement {
  const input = h("input", { id: "receipt", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", dir: "ltr", "aria-describedby": "receipt-hint receipt-error" });
  const error = h("p", { id: "receipt-error", role: "alert" });
  const submit = (event: Event) => {
    event.preventDefault();
    const receipt = readReceipt(input.value);
    if (receipt !== undefined) return open(receipt);
    error.textContent = voice.tell("receipt_error");
    error.className = "field-error";
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  const field = h("div", { class: "field" }, h("label", { for: "receipt" }, voice.tell("receipt_label")), h("p", { class: "hint", id: "receipt-hint" }, voice.tell("receipt_hint")), input, error);
  return h("form", { novalidate: true, onsubmit: submit }, field, h("button", { type: "submit", class: "r-main" }, voice.tell("open")));
}

function goodToKnow(voice: MailboxVoice, times: Times): HTMLElement {
  const lines: MailboxMessageId[] = ["know_shown", "know_quiet", "know_holder", "know_network", "know_kept"];
  const list = h("ul", {}, ...lines.map((line) => h("li", {}, voice.tell(line, { count: times.months }))));
  return h("section", { class: "card r-left", "aria-labelledby": "know" }, h("h2", { id: "know" }, voice.tell("know")), list);
}

function conversation(voice: MailboxVoice, round: KnownRound, box: Box, write: Write, drafts: Drafts): HTMLElement {
  const item = round.form.items.find(({ id }) => id === box.item) as Item;
  const id = `box-${box.item}`;
  const question = voice.pick(item.text).text;
  return h(
    "section",
    { class: "card", "aria-labelledby": id },
    h("h2", { id, tabindex: -1 }, voice.tell("about", { question })),
    box.messages.length > 0 ? h("ol", { class: "log" }, ...box.messages.map((message) => entry(voice, message))) : h("p", {}, voice.tell("no_messages")),
    writing(voice, round, box, write, drafts),
  );
}

function entry(voice: MailboxVoice, message: Message): HTMLElement {
  const ready = message.acknowledgement > 0;
  const words = ready ? formText(voice, sentenceOf(message.acknowledgement)) : message.text;
  const head = `${voice.tell(`writer_${message.writer}`)}, ${voice.date(message.day)}`;
  return h("li", {}, h("time", { datetime: message.day }, head), h("div", { class: "pre-line", dir: ready ? undefined : "auto" }, words));
}
