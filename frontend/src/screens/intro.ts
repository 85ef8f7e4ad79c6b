/** The first view: who sees it, how, when; everything before the first question. */

import { h } from "../dom";
import { secondsToAnswer } from "../length";
import type { Item } from "../manifest";
import { questionsIn, type Round } from "../round";
import type { MessageId, Voice } from "../texts";
import { action, fingerprintLine, formText, support, title } from "./parts";

/** D8: comments need this many ballots even where k is smaller. */
const COMMENT_CROWD = 8;

/** Return the intro. `start` resolves with a sentence when it could not start. */
export function intro(voice: Voice, round: Round, start: () => Promise<string | undefined>): HTMLElement {
  const status = h("p", { class: "r-status", role: "status" });
  const button = action(voice.say("start"), () => void go(), "r-main");
  const go = async () => {
    button.disabled = true;
    status.textContent = voice.say("starting");
    const problem = await start();
    button.disabled = false;
    status.textContent = problem ?? "";
  };
  return h(
    "section",
    { class: "r-intro" },
    title(formText(voice, round.form.title)),
    h("p", { class: "quiet" }, lengthOf(voice, round.form.items)),
    h("div", { class: "card r-facts" }, facts(voice, round), lowered(voice, round), whatTheySee(voice, round)),
    h("p", {}, voice.say("promise")),
    button,
    status,
    support(voice, round),
    howWeMakeSure(voice, round),
  );
}

function lengthOf(voice: Voice, items: readonly Item[]): string {
  const count = questionsIn(items).length;
  return voice.say(count === 1 ? "length_one" : "length", { count, seconds: secondsToAnswer(items) });
}

function facts(voice: Voice, round: Round): HTMLElement {
  const { audience, k } = round.manifest;
  const who = (sees: readonly string[]) => sees.map((role) => voice.say(`role_${role}` as MessageId)).join(", ");
  const ofCircle = audience.map((role) => (role === "mentor" ? "mentor_circle" : role));
  const line = (name: MessageId, value: string) => h("div", {}, h("dt", {}, voice.say(name)), h("dd", {}, value));
  return h(
    "dl",
    { class: "facts" },
    line("who", voice.say("who_value", { roles: who(audience) })),
    // Whoever answers in cell 0, the program's, has no circle that is shown by itself.
    round.link?.cell ? line("circle", voice.say("circle_value", { roles: who(ofCircle) })) : undefined,
    line("how", voice.say("how_value", { k })),
    line("when", opening(voice, round)),
  );
}

/** Return after which closing times the answers may be opened: all that are frozen in the manifest. */
function opening(voice: Voice, round: Round): string {
  const [date = "", later, last] = round.manifest.closes.map((moment) => voice.day(moment));
  if (later === undefined) return voice.say("when_value", { date });
  return last === undefined ? voice.say("when_later", { date, later }) : voice.say("when_last", { date, later, last });
}

/** Protocol: Objects, k. A lower threshold than last time is told, not left to be noticed. */
function lowered(voice: Voice, round: Round): HTMLElement | undefined {
  const { k, k_before: before } = round.manifest;
  return before === undefined ? undefined : h("p", { class: "r-lowered" }, voice.say("lowered", { k, before }));
}

function whatTheySee(voice: Voice, round: Round): HTMLElement {
  const { audience, k } = round.manifest;
  const first = round.form.items[0];
  const question = first ? voice.pick(first.text).text.replace(/\.$/, "") : "";
  return h(
    "details",
    {},
    h("summary", {}, voice.say("see")),
    h("p", {}, voice.say("see_intro")),
    h(
      "ul",
      {},
      h("li", {}, voice.say("see_shown", { question, k })),
      h("li", {}, voice.say("see_withheld", { k })),
      h("li", {}, voice.say("see_comments", { crowd: Math.max(k, COMMENT_CROWD) })),
    ),
    // In a tab of its own: this one may hold the only copy of the link. The page is of check-ins.
    !audience[0]?.startsWith("subj") && h("p", {}, h("a", { href: "/example", target: "_blank", rel: "noopener" }, voice.say("see_page"))),
  );
}

function howWeMakeSure(voice: Voice, round: Round): HTMLElement {
  const { k, closes } = round.manifest;
  return h(
    "details",
    {},
    h("summary", {}, voice.say("sure")),
    h("p", {}, voice.say("sure_name")),
    h("p", {}, voice.say("sure_sealed", { k })),
    h("p", {}, voice.say("sure_once")),
    h("p", {}, voice.say("sure_closes", { dates: closes.map((moment) => voice.dayAndTime(moment)).join("; ") })),
    h("p", {}, voice.say("sure_limit")),
    fingerprintLine(voice, round, "sure_print"),
  );
}
