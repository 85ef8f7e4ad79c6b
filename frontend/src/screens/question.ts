/** One question as a group of native controls. */

import { h } from "../dom";
import type { Item } from "../manifest";
import type { Draft, Round } from "../round";
import type { Voice } from "../texts";
import { comment } from "./comment";
import { formText } from "./parts";

/** A longer scale is laid out as a grid of numbers, so that it stays on one screen. */
const MOST_ROWS = 7;

export interface Place {
  readonly voice: Voice;
  readonly round: Round;
  readonly draft: Draft;
  /** Called after each change. */
  readonly changed: () => void;
  /** Moves on to the question after this one, and the focus with it. */
  readonly next: (item: Item) => void;
  /** Shows the question after this one; the focus stays where the person put it. */
  readonly slide: (item: Item) => void;
}

/** Return the id of the control that an error about this question leads to. */
export function controlId(item: Item): string {
  return `q-${item.id}`;
}

/** Return a question. */
export function question(place: Place, item: Item): HTMLElement {
  return item.type === "comment" ? comment(place, item) : choices(place, item);
}

interface Row {
  readonly value: number | string | null;
  readonly words: Node | string;
  /** Whether the words need more room than a number. */
  readonly wide: boolean;
}

function rowsOf(voice: Voice, item: Item): Row[] {
  const rows: Row[] = item.type === "scale" ? scaleRows(voice, item) : (item.options ?? []).map((option) => ({ value: option.id, words: formText(voice, option.text), wide: true }));
  return item.cant_say ? [...rows, { value: null, words: voice.say("cant_say"), wide: true }] : rows;
}

function scaleRows(voice: Voice, item: Item): Row[] {
  const [least, most] = [item.min ?? 1, item.max ?? 5];
  const values = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  const labels = item.labels ?? [];
  const ofValue = (value: number) => labels.find((label) => label.id === String(value));
  // A number without words only says something among numbers: then the ends show theirs too.
  const numbers = values.some((value) => !ofValue(value));
  return values.map((value) => {
    const label = ofValue(value);
    const words = label && formText(voice, label.text);
    if (words && numbers) words.prepend(`${value} · `);
    return { value, words: words ?? String(value), wide: words !== undefined };
  });
}

function choices(place: Place, item: Item): HTMLElement {
  const { voice, draft } = place;
  const rows = rowsOf(voice, item);
  const inputs = rows.map((row, index) => control(draft, item, row, index));
  const bottom = h("div", { class: "r-skip" });
  const on = h("button", { type: "button", onclick: () => place.next(item) });
  const clear = h("button", { type: "button", class: "plain" }, voice.say("clear"));
  const refresh = () => {
    const answered = draft.get(item) !== undefined;
    on.textContent = voice.say(answered || item.required ? "next" : "skip");
    on.className = answered ? "secondary" : "plain";
    bottom.replaceChildren(...(answered ? [clear, on] : [on]));
    place.changed();
  };
  inputs.forEach((input, index) => {
    input.addEventListener("change", () => {
      const first = draft.get(item) === undefined;
      draft.set(item, valueOf(item, rows, inputs, index));
      inputs.forEach((each, at) => (each.checked = isChosen(draft, item, rows[at])));
      refresh();
      if (first && pointed && item.type !== "multiple") place.slide(item);
    });
  });
  clear.addEventListener("click", () => {
    draft.set(item, undefined);
    for (const input of inputs) input.checked = false;
    refresh();
    inputs[0]?.focus();
  });
  refresh();
  const long = rows.length > MOST_ROWS && rows.some((row) => !row.wide);
  const labels = rows.map((row, index) => h("label", { class: row.wide ? "r-row r-row-wide" : "r-row" }, inputs[index], h("span", {}, row.words)));
  // Arrow keys walk through the rows: only who points has made a choice with the first change.
  let pointed = false;
  return h(
    "fieldset",
    { class: "r-question", onpointerdown: () => (pointed = true), onkeydown: () => (pointed = false) },
    h("legend", {}, formText(voice, item.text), item.required && h("span", { class: "quiet" }, ` (${voice.say("required")})`)),
    item.type === "multiple" && h("p", { class: "hint" }, voice.say("several")),
    h("div", { class: long ? "r-rows r-rows-grid" : "r-rows" }, ...labels),
    bottom,
  );
}

function control(draft: Draft, item: Item, row: Row, index: number): HTMLInputElement {
  const type = item.type === "multiple" ? "checkbox" : "radio";
  const id = index === 0 ? controlId(item) : `${controlId(item)}-${index}`;
  const input = h("input", { type, name: controlId(item), id });
  input.checked = isChosen(draft, item, row);
  return input;
}

function isChosen(draft: Draft, item: Item, row: Row | undefined): boolean {
  const answer = draft.get(item);
  if (row === undefined || answer === undefined) return false;
  return Array.isArray(answer) ? answer.includes(row.value) : answer === row.value;
}

/** Return the answer after the input at `changed` was used; "can't say" and choices exclude each other. */
function valueOf(item: Item, rows: readonly Row[], inputs: readonly HTMLInputElement[], changed: number): number | string | readonly string[] | null | undefined {
  const row = rows[changed];
  if (item.type !== "multiple") return row?.value;
  if (row?.value === null) return inputs[changed]?.checked ? null : undefined;
  return rows.filter((each, index) => each.value !== null && inputs[index]?.checked).map((each) => String(each.value));
}
