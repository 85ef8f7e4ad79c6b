/** A comment box: room left, what is better left out, and support where it may be needed. */

import { h } from "../dom";
import { utf8 } from "../encoding";
import type { Item } from "../manifest";
import { soundsAtRisk } from "../risk";
import { bytesLeft } from "../round";
import type { Voice } from "../texts";
import { mentionsContact } from "../warnings";
import { formText, rolesIn, supportText } from "./parts";
import { controlId, type Place } from "./question";

const PAUSE_MS = 600;
/** A word with its space; a rough measure is enough for "about". */
const BYTES_A_WORD = 7;

/** Return the question with its box. */
export function comment(place: Place, item: Item): HTMLElement {
  const { voice, draft, round } = place;
  const id = controlId(item);
  const box = h("textarea", { id, rows: 4, dir: "auto", autocomplete: "off", "aria-describedby": `${id}-hint ${id}-room` });
  const room = h("p", { class: "hint", id: `${id}-room` });
  const warning = h("p", { class: "r-warning", role: "status" });
  const help = h("div", { class: "r-help", role: "status" });
  let pause: ReturnType<typeof setTimeout> | undefined;
  box.value = draft.comment(item);

  const measure = () => {
    const left = bytesLeft(item, box.value);
    room.textContent = roomLeft(voice, left);
    room.classList.toggle("field-error", left < 0);
    box.toggleAttribute("aria-invalid", false);
    if (left < 0) box.setAttribute("aria-invalid", "true");
  };
  const look = () => {
    const mentioned = mentionsContact(box.value, voice.cues);
    warning.textContent = mentioned ? voice.say(`comment_${mentioned}`) : "";
    // Once shown it stays: taking words back is no sign that help is not wanted.
    if (soundsAtRisk(box.value) && !help.hasChildNodes()) help.append(h("div", { class: "notice" }, supportText(voice, round)));
  };
  box.addEventListener("input", () => {
    draft.set(item, cleaned(box.value));
    measure();
    place.changed();
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  });
  box.addEventListener("blur", look);
  measure();
  look();
  return h(
    "div",
    { class: "r-question" },
    h("label", { for: id }, formText(voice, item.text), item.required && h("span", { class: "quiet" }, ` (${voice.say("required")})`)),
    h("p", { class: "hint", id: `${id}-hint` }, voice.say("comment_hint"), " ", voice.say("comment_readers", { roles: rolesIn(voice, round.manifest.audience) })),
    box,
    room,
    warning,
    help,
  );
}

/** Return a comment without what no keyboard means: control characters and halves of surrogate pairs. */
function cleaned(text: string): string {
  const wellFormed = new TextDecoder().decode(utf8(text));
  return wellFormed.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ");
}

function roomLeft(voice: Voice, left: number): string {
  if (left < 0) return voice.say("comment_full", { count: -left });
  return voice.say("comment_room", { count: Math.floor(left / BYTES_A_WORD) });
}
