/** While the ballot is on its way, and after it arrived. */

import { h } from "../dom";
import { fingerprint } from "../link";
import { closesAhead } from "../manifest";
import { formatReceipt } from "../receipt";
import type { Round } from "../round";
import type { Voice } from "../texts";
import { action, fingerprintLine, support, title } from "./parts";

/** Return the waiting screen and what tells it of waits. */
export function sending(voice: Voice, keeps: boolean): { screen: HTMLElement; waiting: (seconds: number) => Promise<void> } {
  const status = h("p", { role: "status", class: "lead r-status" });
  const more = h("p", { class: "quiet" });
  let cutShort = () => {};
  const now = action(voice.say("retry_now"), () => cutShort(), "secondary");
  now.hidden = true;
  const screen = h("section", { class: "r-sending" }, title(voice.say("sending")), status, more, !keeps && h("p", { class: "notice notice-watch" }, voice.say("keep_open")), now);
  const waiting = (seconds: number) =>
    new Promise<void>((resolve) => {
      status.textContent = voice.say("retrying");
      more.textContent = voice.say("retrying_more");
      now.hidden = false;
      const timer = setTimeout(() => cutShort(), seconds * 1000);
      cutShort = () => {
        clearTimeout(timer);
        removeEventListener("online", cutShort);
        resolve();
      };
      addEventListener("online", cutShort);
    });
  return { screen, waiting };
}

/** Called once the person has the receipt elsewhere; `gone` where it is to be shown no more. */
type Kept = (gone: boolean) => void;

/** Return the thank-you with the receipt, while that is still to be shown. */
export function thanks(voice: Voice, round: Round, receipt: string | undefined, atRisk: boolean, kept: Kept): HTMLElement {
  const closes = closesAhead(round.manifest).map((moment) => voice.day(moment));
  const [date = "", last = ""] = [closes[0], closes.at(-1)];
  return h(
    "section",
    { class: "r-thanks" },
    title(voice.say("thanks")),
    h("p", {}, voice.say(closes.length > 1 ? "thanks_later" : "thanks_next", { date, last })),
    receipt === undefined ? keptCard(voice) : receiptCard(voice, round, formatReceipt(receipt), kept),
    support(voice, round, atRisk),
    fingerprintLine(voice, round, "fingerprint"),
  );
}

function keptCard(voice: Voice): HTMLElement {
  return h("div", { class: "card" }, h("h2", { tabindex: -1 }, voice.say("receipt")), h("p", { class: "r-status", role: "status" }, voice.say("kept_done")));
}

function receiptCard(voice: Voice, round: Round, shown: string, kept: Kept): HTMLElement {
  const status = h("p", { class: "r-status", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(shown);
      status.textContent = voice.say("copied");
    } catch {
      status.textContent = voice.say("copy_failed");
    }
  };
  const body = h(
    "div",
    {},
    h("p", {}, voice.say("thanks_receipt")),
    h("p", {}, h("code", { class: "receipt", dir: "ltr" }, shown)),
    h(
      "div",
      { class: "row" },
      action(voice.say("copy"), () => void copy(), "secondary"),
      action(
        voice.say("download"),
        () => {
          download(voice, round, shown);
          kept(false);
        },
        "secondary",
      ),
      action(voice.say("print"), () => print(), "secondary"),
      action(voice.say("kept"), () => {
        const card = keptCard(voice);
        whole.replaceWith(card);
        card.querySelector("h2")?.focus();
        kept(true);
      }),
    ),
    h("p", { class: "small r-after" }, voice.say("thanks_back"), " ", h("a", { href: mailboxPath(), dir: "ltr" }, location.host + mailboxPath())),
    h("p", { class: "quiet small r-after" }, voice.say("thanks_withdraw")),
  );
  const whole = h("div", { class: "card r-receipt" }, h("h2", {}, voice.say("receipt")), body, status);
  return whole;
}

/** Return where a receipt is used again; the path of the link, in the other room. */
function mailboxPath(): string {
  return location.pathname.replace("/r/", "/m/");
}

function download(voice: Voice, round: Round, shown: string): void {
  const address = location.origin + mailboxPath();
  const text = voice.say("download_body", { receipt: shown, fingerprint: fingerprint(round.pin), address });
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  h("a", { href: url, download: "chorus-receipt.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
