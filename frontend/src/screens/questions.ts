/** All questions on one page, one to a screen; the page is the review as well. */

import { h } from "../dom";
import type { Item } from "../manifest";
import type { Draft, Flaw, Round } from "../round";
import type { Voice } from "../texts";
import { lastLook } from "./last-look";
import { action, formText, support, title } from "./parts";
import { controlId, question } from "./question";

/** As long as a chosen row should be seen before the next question comes. */
const PAUSE_MS = 250;

/** What the page knows beside the answers. */
export interface Situation {
  /** Said above the questions after a send that was refused. */
  readonly notice: string | undefined;
  /** Whether an unfinished send can be kept on this device. */
  readonly keeps: boolean;
  /** Called after each change. */
  readonly changed: () => void;
}

/** Return the questions; `send` is called with a draft that has no flaw. */
export function questions(voice: Voice, round: Round, draft: Draft, situation: Situation, send: () => void): HTMLElement {
  const { items } = draft;
  const bar = h("progress", { max: draft.count, value: draft.answered, "aria-hidden": "true" });
  const count = h("span", { class: "quiet small" });
  const errors = h("div", {});
  const changed = () => {
    if (errors.hasChildNodes() && draft.flaws().length === 0) errors.replaceChildren();
    bar.value = draft.answered;
    situation.changed();
    count.textContent = voice.say("progress", { done: draft.answered, count: draft.count });
  };
  const after = (item: Item) => {
    const following = items[items.indexOf(item) + 1];
    return (following && document.getElementById(controlId(following))) ?? button;
  };
  const show = (target: HTMLElement) => (target.closest(".r-question") ?? target).scrollIntoView({ behavior: calmly(), block: "start" });
  const next = (item: Item) => {
    after(item).focus({ preventScroll: true });
    show(after(item));
  };
  const slide = (item: Item) => void setTimeout(() => show(after(item)), PAUSE_MS);
  const check = lastLook(voice, draft, send);
  const sendOrExplain = () => {
    const flaws = draft.flaws();
    check.clear();
    if (flaws.length === 0) return check.look();
    const summary = errorSummary(voice, draft, flaws);
    errors.replaceChildren(summary);
    summary.focus();
  };
  // Not a submit button: Enter on a radio would send, and only a real click may.
  const button = action(voice.say("send"), sendOrExplain, "r-main");
  const place = { voice, round, draft, changed, next, slide };
  return h(
    "form",
    { class: "r-form r-paged", novalidate: true, autocomplete: "off", onsubmit: (event) => event.preventDefault() },
    h("div", { class: "r-progress" }, bar, count),
    title(formText(voice, round.form.title)),
    situation.notice !== undefined && h("p", { class: "notice notice-declining", role: "alert" }, situation.notice),
    errors,
    ...items.map((item) => question(place, item)),
    h("p", { class: "quiet" }, voice.say("review")),
    !situation.keeps && h("p", { class: "notice notice-watch" }, voice.say("keep_open")),
    check.place,
    button,
    support(voice, round),
    round.form.notice && h("p", { class: "quiet small" }, formText(voice, round.form.notice)),
  );
}

function calmly(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

function errorSummary(voice: Voice, draft: Draft, flaws: readonly Flaw[]): HTMLElement {
  const lines = flaws.map(({ item, why }) => {
    const target = item ?? draft.items[0];
    const words = voice.say(why, { question: item ? voice.pick(item.text).text : "" });
    const jump = (event: Event) => {
      // Following the fragment would replace the code in the address.
      event.preventDefault();
      const control = target && document.getElementById(controlId(target));
      control?.focus({ preventScroll: true });
      control?.closest(".r-question")?.scrollIntoView({ block: "start" });
    };
    return h("li", {}, h("a", { href: target ? `#${controlId(target)}` : "#", onclick: jump }, words));
  });
  return h("div", { class: "error-summary", role: "alert", tabindex: -1 }, h("h2", {}, voice.say("errors_title")), h("ul", {}, ...lines));
}
