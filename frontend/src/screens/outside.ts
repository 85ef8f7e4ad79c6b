/** Screens beside the way: no code, a problem, an unfinished send, coming back with a receipt. */

import { h } from "../dom";
import { readReceipt } from "../receipt";
import type { Round } from "../round";
import type { MessageId, Voice } from "../texts";
import { action, support, title } from "./parts";

export type Problem = "offline" | "damaged" | "foreign" | "old" | "taken" | "revoked" | "closed" | "unknown" | "serial_used" | "refused" | "bad_signature" | "too_large";

/** Return a field with its label, an error place and a button; `use` returns an error sentence or none. */
function field(id: string, words: { label: string; button: string; kind?: string }, use: (text: string) => Promise<string | undefined>): HTMLElement {
  const input = h("input", { id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "ltr", "aria-describedby": `${id}-error` });
  const error = h("p", { id: `${id}-error`, role: "alert" });
  const submit = async (event: Event) => {
    event.preventDefault();
    const problem = await use(input.value);
    error.textContent = problem ?? "";
    error.className = problem ? "field-error" : "";
    if (problem === undefined) return input.removeAttribute("aria-invalid");
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return h(
    "form",
    { novalidate: true, onsubmit: (event) => void submit(event) },
    h("div", { class: "field" }, h("label", { for: id }, words.label), input, error),
    h("button", { type: "submit", class: words.kind }, words.button),
  );
}

/** Return the field for a code; `use` returns whether the code could be read. */
export function codeField(voice: Voice, use: (pasted: string) => boolean): HTMLElement {
  const words = { label: voice.say("code_label"), button: voice.say("code_go") };
  return field("code", words, async (pasted) => (use(pasted) ? undefined : voice.say("code_error")));
}

/** Return the screen for whoever comes without a code. */
export function noCode(voice: Voice, use: (pasted: string) => boolean, withdraw: (receipt: string) => Promise<string>, more: readonly HTMLElement[]): HTMLElement {
  return h("section", {}, title(voice.say("code_title")), h("p", {}, voice.say("code_hint")), codeField(voice, use), ...more, comeBack(voice, withdraw));
}

/** Return the place where a receipt withdraws an answer; `withdraw` returns what to say. */
export function comeBack(voice: Voice, withdraw: (receipt: string) => Promise<string>, id = "receipt"): HTMLElement {
  const status = h("p", { role: "status", class: "r-status" });
  const words = { label: voice.say("receipt"), button: voice.say("withdraw"), kind: "secondary" };
  const use = async (typed: string) => {
    const receipt = readReceipt(typed);
    if (receipt === undefined) return voice.say("withdraw_error");
    status.textContent = await withdraw(receipt);
    return undefined;
  };
  return h("details", {}, h("summary", {}, voice.say("return_title")), h("p", {}, voice.say("return_hint")), field(id, words, use), status);
}

/** Return a plain sentence about what went wrong, what it means and what to do. */
export function problem(voice: Voice, what: Problem, round: Round | undefined, ...more: HTMLElement[]): HTMLElement {
  return h("section", {}, title(voice.say(`${what}_title` as MessageId)), h("p", {}, voice.say(what)), ...more, support(voice, round));
}

/** Return the screen for an answer that is kept here and not sent yet: it broke off, or was refused for now. */
export function unfinished(voice: Voice, what: "unfinished" | "refused", finish: () => void): HTMLElement {
  return h("section", {}, title(voice.say(`${what}_title`)), h("p", {}, voice.say(what)), action(voice.say("finish"), finish, "r-main"));
}

/** Return the offer to send what somebody left sealed on this device; it doesn't say whose it is. */
export function leftHere(voice: Voice, finish: () => void): HTMLElement {
  return h("div", { class: "card r-left" }, h("h2", {}, voice.say("left_title")), h("p", {}, voice.say("left")), action(voice.say("left_send"), finish, "secondary"));
}

/** Return the screen after that; without the receipt, which belongs to whoever answered. */
export function leftSent(voice: Voice, round: Round): HTMLElement {
  return h("section", {}, title(voice.say("left_sent_title")), h("p", {}, voice.say("left_sent")), support(voice, round));
}
