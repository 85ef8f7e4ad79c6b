/** The first view: who sees it, how, when; everything before the first question. */

import { h } from "../dom";
import { secondsToAnswer } from "../length";
import type { Item } from "../manifest";
import { questionsIn, type Round } from "../round";
import type { MessageId, Voice } from "../texts";
import { action, fingerprintLine, formText, RESPONDENTS, rolesIn, support, title } from "./parts";
import { preview } from "./preview";

/** Return the intro, with what stands first where the round may be over. `start` resolves with a sentence when it could not start. */
export function intro(voice: Voice, round: Round, start: () => Promise<string | undefined>, first?: HTMLElement): HTMLElement {
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
    first,
    h("p", { class: "quiet" }, lengthOf(voice, round.form.items)),
    h("div", { class: "card r-facts" }, facts(voice, round), lowered(voice, round), preview(voice, round)),
    h("p", {}, voice.say("promise")),
    button,
    status,
    support(voice, round),
    howWeMakeSure(voice, round),
  );
}

function lengthOf(voice: Voice, items: readonly Item[]): string {
  const questions = voice.say("questions", { count: questionsIn(items).length });
  return voice.say("length", { questions, seconds: voice.say("seconds", { count: secondsToAnswer(items) }) });
}

function facts(voice: Voice, round: Round): HTMLElement {
  const { audience, k } = round.manifest;
  const ofCircle = audience.map((role) => (role === "mentor" ? "mentor_circle" : role));
  const line = (name: MessageId, value: string) => h("div", {}, h("dt", {}, voice.say(name)), h("dd", {}, value));
  return h(
    "dl",
    { class: "facts" },
    line("who", voice.say("who_value", { roles: rolesIn(voice, audience) })),
    // Whoever answers in cell 0, the program's, has no circle that is shown by itself.
    round.link?.cell ? line("circle", voice.say("circle_value", { roles: rolesIn(voice, ofCircle) })) : undefined,
    audience.includes(RESPONDENTS) && line("everyone", voice.say("everyone_value")),
    line("how", voice.say("how_value", { count: k })),
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
