/** Figures as rows: what they are of, in words, and as a bar that says no more than the words. */

import { h } from "../dom";

export interface Figure {
  readonly name: Node | string;
  readonly words: string;
  /** Where it lies between the ends of its scale, 0 to 1; undefined where it is withheld. */
  readonly share: number | undefined;
}

/** Return the rows; one that is withheld keeps its place. */
export function figures(rows: readonly Figure[]): HTMLElement {
  const row = ({ name, words, share }: Figure) =>
    h(
      "div",
      { class: share === undefined ? "r-figure r-withheld" : "r-figure" },
      h("dt", {}, name),
      h("dd", {}, words),
      share !== undefined && h("dd", { "aria-hidden": "true" }, h("progress", { max: 1, value: share, tabindex: -1 })),
    );
  return h("dl", { class: "r-figures" }, ...rows.map(row));
}
