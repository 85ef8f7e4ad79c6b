/** All questions on one page, which is the review as well. */

import { h } from "../dom";
import type { Item } from "../manifest";
import type { Draft, Flaw, Round } from "../round";
import type { Voice } from "../texts";
import { action, formText, support, title } from "./parts";
import { controlId, question } from "./question";

/** What the page knows beside the answers. */
export interface Situation {
  /** Said above the questions after a send that was refused. */
  readonly notice: string | undefined;
  /** Whether an unfinished send can be kept on this device. */
  readonly keeps: boolean;
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
    count.textContent = voice.say("progress", { done: draft.answered, count: draft.count });
  };
  const next = (item: Item) => {
    const following = items[items.indexOf(item) + 1];
    const target = following ? document.getElementById(controlId(following)) : button;
    target?.focus({ preventScroll: true });
    (target?.closest(".r-question") ?? target)?.scrollIntoView({ behavior: calmly(), block: "start" });
  };
  const sendOrExplain = () => {
    const flaws = draft.flaws();
    if (flaws.length === 0) return send();
    const summary = errorSummary(voice, draft, flaws);
    errors.replaceChildren(summary);
    summary.focus();
  };
  // Not a submit button: Enter on a radio would send, and only a real click may.
  const button = action(voice.say("send"), sendOrExplain, "r-main");
  changed();
  const place = { voice, round, draft, changed, next };
  return h(
    "form",
    { class: "r-form", novalidate: true, autocomplete: "off", onsubmit: (event) => event.preventDefault() },
    h("div", { class: "r-progress" }, bar, count),
    title(formText(voice, round.form.title)),
    situation.notice !== undefined && h("p", { class: "notice notice-declining", role: "alert" }, situation.notice),
    errors,
    ...items.map((item) => question(place, item)),
    h("p", { class: "quiet" }, voice.say("review")),
    !situation.keeps && h("p", { class: "notice notice-watch" }, voice.say("keep_open")),
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
