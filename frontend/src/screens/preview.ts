/** What they will see, with invented figures, before the first question. */

import { h } from "../dom";
import type { Item } from "../manifest";
import type { Round } from "../round";
import type { Voice } from "../texts";
import { type Figure, figures } from "./figures";
import { formText } from "./parts";

/** D8: comments need this many ballots even where k is smaller. */
const COMMENT_CROWD = 8;
/** Invented; at the steps in which means of few answers are stored (D5). The last is withheld. */
const SHARES = [0.625, 0.75, undefined] as const;

/** Return the example, closed until it is asked for. */
export function preview(voice: Voice, round: Round): HTMLElement {
  const { audience, k } = round.manifest;
  const scales = round.form.items.filter((item) => item.type === "scale");
  const comments = round.form.items.some((item) => item.type === "comment");
  return h(
    "details",
    { class: "r-preview" },
    h("summary", {}, voice.say("see")),
    h("p", { class: "quiet small" }, voice.say("see_intro")),
    figures(examples(voice, scales)),
    comments && h("p", { class: "r-said" }, voice.say("see_comment")),
    h(
      "ul",
      { class: "small" },
      h("li", {}, voice.say("see_why")),
      comments && h("li", {}, voice.say("see_comments", { count: Math.max(k, COMMENT_CROWD) })),
      h("li", {}, voice.say("see_never")),
    ),
    // In a tab of its own: this one may hold the only copy of the link. The page is of check-ins.
    !audience[0]?.startsWith("subj") && h("p", { class: "small" }, h("a", { href: "/example", target: "_blank", rel: "noopener" }, voice.say("see_page"))),
  );
}

function examples(voice: Voice, scales: readonly Item[]): Figure[] {
  const shown = scales.slice(0, SHARES.length);
  const rows = shown.map((item, index) => example(voice, item, index === shown.length - 1 ? undefined : SHARES[index]));
  return rows.length > 0 ? rows : [{ name: voice.say("see"), words: voice.say("see_withheld"), share: undefined }];
}

function example(voice: Voice, item: Item, share: number | undefined): Figure {
  const name = formText(voice, item.text);
  if (share === undefined) return { name, words: voice.say("see_withheld"), share };
  const [min, max] = [item.min ?? 1, item.max ?? 5];
  return { name, words: voice.say("see_mean", { mean: voice.number(min + share * (max - min)), most: voice.number(max) }), share };
}
