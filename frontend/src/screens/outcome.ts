/** After the close: what the group said, in the totals that are stored, and what was done about it. */

import type { Mean, Outcome, Table } from "../api";
import { h } from "../dom";
import type { Item } from "../manifest";
import type { Round } from "../round";
import type { Voice } from "../texts";
import { type Figure, figures } from "./figures";
import { action, formText, support, title } from "./parts";

const BEST_SCORE = 100;

/** Return the offer to look, for a closed round that is for everyone who was asked; `look` returns what went wrong. */
export function outcomeOffer(voice: Voice, look: () => Promise<string | undefined>, kind = "r-main"): HTMLElement {
  const status = h("p", { class: "r-status", role: "status" });
  const button = action(voice.say("results_see"), () => void go(), kind);
  const go = async () => {
    button.disabled = true;
    status.textContent = voice.say("starting");
    status.textContent = (await look()) ?? "";
    button.disabled = false;
  };
  return h("div", {}, h("p", {}, voice.say("results_offer")), button, status);
}

/** Return what the group said. */
export function outcome(voice: Voice, round: Round, told: Outcome): HTMLElement {
  const table = told.table ?? { withheld: true };
  return h(
    "section",
    { class: "r-outcome" },
    title(voice.say("results_title")),
    h("p", { class: "quiet" }, formText(voice, round.form.title)),
    told.done !== null && whatWasDone(voice, told.done),
    h("p", {}, voice.say("results_closed", { date: voice.day(`${told.closed_on}T12:00:00`) })),
    "withheld" in table ? h("p", { class: "withheld" }, voice.say("results_withheld")) : totals(voice, round, table),
    told.done === null && h("p", { class: "quiet" }, voice.say("did_none")),
    h("p", { class: "quiet small" }, voice.say("results_comments")),
    support(voice, round),
  );
}

function whatWasDone(voice: Voice, done: NonNullable<Outcome["done"]>): HTMLElement {
  return h(
    "div",
    { class: "card" },
    h("h2", {}, voice.say("did_title")),
    h("p", { class: "pre-line", dir: "auto" }, done.text),
    h("p", { class: "quiet small" }, voice.say("did_by", { date: voice.day(`${done.day}T12:00:00`) })),
  );
}

function totals(voice: Voice, round: Round, table: Table): HTMLElement {
  const scales = round.form.items.filter((item) => item.type === "scale");
  const score: Figure[] = isMean(table.score) ? [scoreOf(voice, table.score)] : [];
  return h(
    "div",
    { class: "card" },
    figures([...score, ...scales.map((item) => figureOf(voice, item, table.items[item.id]))]),
    h("p", { class: "quiet small" }, voice.say("results_people", { band: table.ballots.n })),
  );
}

function isMean(entry: Mean | { withheld: true } | undefined): entry is Mean {
  return entry !== undefined && "mean" in entry;
}

function scoreOf(voice: Voice, score: Mean): Figure {
  const words = voice.say(`results_score_${openness(score)}`, { mean: voice.number(score.mean) });
  return { name: voice.say("results_score"), words, share: score.mean / BEST_SCORE };
}

function figureOf(voice: Voice, item: Item, entry: Mean | { withheld: true } | undefined): Figure {
  const name = formText(voice, item.text);
  if (!isMean(entry)) return { name, words: voice.say("see_withheld"), share: undefined };
  const [min, max] = [item.min ?? 1, item.max ?? 5];
  const id = ({ mean: "results_mean", above: "results_above", below: "results_below" } as const)[openness(entry)];
  return { name, words: voice.say(id, { mean: voice.number(entry.mean), most: voice.number(max) }), share: (entry.mean - min) / (max - min) };
}

function openness(mean: Mean): "mean" | "above" | "below" {
  if (mean.open === null) return "mean";
  return mean.open === "or more" ? "above" : "below";
}
