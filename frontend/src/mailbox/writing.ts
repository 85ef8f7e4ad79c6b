/** The box in which an author writes back: room left, what is better left out, support where needed. */

import { h } from "../dom";
import { utf8 } from "../encoding";
import { soundsAtRisk } from "../risk";
import { supportText } from "../screens/parts";
import { mentionsContact } from "../warnings";
import { type Box, MOST_A_DAY, MOST_MESSAGES } from "./box";
import { TEXT_BYTES } from "./message";
import type { KnownRound } from "./screens";
import type { MailboxVoice } from "./texts";

const PAUSE_MS = 600;
/** A word with its space; a rough measure is enough for "about". */
const BYTES_A_WORD = 7;

/** Send a text; returns a sentence where that failed, and then the text must stay. */
export type Write = (text: string) => Promise<string | undefined>;

/** What is typed and not sent, by item; in this page's memory only. */
export type Drafts = Map<string, string>;

/** Return today as the service counts days: in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Return the form for a message, or the sentence that says why there is none. */
export function writing(voice: MailboxVoice, round: KnownRound, box: Box, write: Write, drafts: Drafts): HTMLElement {
  const own = box.messages.filter(({ writer }) => writer === "author");
  if (own.length >= MOST_MESSAGES) return h("p", { class: "notice" }, voice.tell("full", { count: MOST_MESSAGES }));
  if (own.filter(({ day }) => day === today()).length >= MOST_A_DAY) return h("p", { class: "notice" }, voice.tell("full_today", { count: MOST_A_DAY }));
  const id = `write-${box.item}`;
  const area = h("textarea", { id, rows: 4, dir: "auto", autocomplete: "off", "aria-describedby": `${id}-hint ${id}-room ${id}-error` });
  area.value = drafts.get(box.item) ?? "";
  area.addEventListener("input", () => drafts.set(box.item, area.value));
  const room = h("p", { class: "hint", id: `${id}-room` }, voice.tell("room", { count: Math.floor(TEXT_BYTES / BYTES_A_WORD) }));
  const warning = h("p", { class: "r-warning", role: "status" });
  const help = h("div", { class: "r-help", role: "status" });
  const error = h("p", { id: `${id}-error`, role: "alert" });
  const send = h("button", { type: "submit" }, voice.tell("send"));
  watch(voice, round, { area, room, warning, help });
  const refuse = (sentence: string) => {
    error.textContent = sentence;
    error.className = "field-error";
    area.setAttribute("aria-invalid", "true");
    area.focus();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const text = cleaned(area.value);
    if (text === "") return refuse(voice.tell("empty"));
    if (left(text) < 0) return refuse(voice.tell("too_long", { count: -left(text) }));
    send.disabled = true;
    send.textContent = voice.tell("sending");
    const problem = await write(text);
    send.disabled = false;
    send.textContent = voice.tell("send");
    if (problem !== undefined) refuse(problem);
  };
  const label = h("label", { for: id }, voice.tell("write"));
  const field = h("div", { class: "field" }, label, h("p", { class: "hint", id: `${id}-hint` }, voice.tell("write_hint")), area, room, warning, help, error);
  return h("form", { class: "r-after", novalidate: true, onsubmit: (event) => void submit(event) }, field, send);
}

interface Parts {
  readonly area: HTMLTextAreaElement;
  readonly room: HTMLElement;
  readonly warning: HTMLElement;
  readonly help: HTMLElement;
}

/** Say what is worth saying while the person writes; nothing of it leaves the page. */
function watch(voice: MailboxVoice, round: KnownRound, { area, room, warning, help }: Parts): void {
  let pause: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const mentioned = mentionsContact(area.value, voice.cues);
    warning.textContent = mentioned ? voice.say(`comment_${mentioned}`) : "";
    // Once shown it stays: taking words back is no sign that help is not wanted.
    if (soundsAtRisk(area.value) && !help.hasChildNodes()) help.append(h("div", { class: "notice" }, supportText(voice, round)));
  };
  area.addEventListener("input", () => {
    const bytes = left(cleaned(area.value));
    room.textContent = bytes < 0 ? voice.tell("too_long", { count: -bytes }) : voice.tell("room", { count: Math.floor(bytes / BYTES_A_WORD) });
    room.classList.toggle("field-error", bytes < 0);
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  });
  area.addEventListener("blur", look);
  if (area.value !== "") area.dispatchEvent(new Event("input"));
}

function left(text: string): number {
  return TEXT_BYTES - utf8(text).length;
}

/** Return a text without what no keyboard means: control characters and halves of surrogate pairs. */
function cleaned(text: string): string {
  const wellFormed = new TextDecoder().decode(utf8(text));
  return wellFormed.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ").trim();
}
