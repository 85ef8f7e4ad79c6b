/** The page of replies: asks for the receipt, opens its mailboxes, and forgets it when the page goes. */

import { Api, Refusal, Unreachable } from "../api";
import { h } from "../dom";
import { endingOf } from "../endings";
import { poolIdIn } from "../link";
import { type Form, type Manifest, readForm } from "../manifest";
import { comeBack } from "../screens/outside";
import { action, title } from "../screens/parts";
import { SpokenPage } from "../spoken";
import { type Box, readBox, type Sealed, sealFor, writeBox } from "./box";
import { asking, found, saying, type Times } from "./screens";
import type { Words } from "../texts";
import { MailboxVoice } from "./texts";
import { type Drafts, today } from "./writing";

/** Start the page in its root element. */
export async function startPage(root: HTMLElement): Promise<void> {
  await new MailboxPage(root, true).start();
}

class MailboxPage extends SpokenPage<MailboxVoice> {
  private manifest!: Manifest;
  private form!: Form;
  /** A message whose answer was lost: it goes again with the same bytes, so that it is stored once. */
  private unsent: { readonly item: string; readonly text: string; readonly sealed: Sealed } | undefined;
  private readonly drafts: Drafts = new Map();

  protected voiceOf(language: string, wished: readonly string[], words: Words | undefined): MailboxVoice {
    return new MailboxVoice(language, wished, words);
  }

  async start(): Promise<void> {
    await this.greet();
    if (!globalThis.crypto?.subtle) return this.show(() => saying(this.voice, this.voice.say("old_title"), this.voice.say("old")), false);
    try {
      this.poolId = poolIdIn(location.pathname);
      this.api = new Api(this.poolId);
      const [manifest, form] = await Promise.all([this.api.manifest(), this.api.form()]);
      this.manifest = JSON.parse(new TextDecoder().decode(manifest)) as Manifest;
      this.form = await readForm(form, this.manifest);
    } catch (error) {
      return this.explain(error);
    }
    this.ask(false);
  }

  private times(): Times {
    const now = Date.now();
    const closes = this.manifest.closes;
    const [first, last] = [closes[0] ?? "", closes[closes.length - 1] ?? ""];
    const months = Number(this.root.dataset.keepMonths);
    const end = new Date(last);
    end.setMonth(end.getMonth() + months);
    const ahead = (moment: string) => Date.parse(moment) > now;
    return { tooEarly: ahead(first) ? first : undefined, maybeEarly: ahead(first) ? undefined : closes.find(ahead), ended: end.getTime() < now, months };
  }

  private ask(step = true): void {
    const times = this.times();
    if (times.ended) {
      return this.show(() => saying(this.voice, this.voice.tell("ended_title"), this.voice.tell("ended", { count: times.months })), step);
    }
    const open = (receipt: string) => void this.look(receipt, "");
    const early = times.tooEarly ?? times.maybeEarly;
    const withdraw = () => (early ? comeBack(this.voice, (receipt) => this.withdraw(receipt), "withdraw-receipt") : undefined);
    this.show(() => asking(this.voice, times, { form: this.form }, open, withdraw()), step);
  }

  /** Read every mailbox that the receipt could have, in an order of their own. */
  private async look(receipt: string, status: string): Promise<void> {
    this.show(() => h("section", {}, title(this.voice.tell("opening"))));
    const items = this.form.items.filter(({ type }) => type === "comment");
    const boxes = new Map<string, Box>();
    try {
      for (const { id } of shuffled(items)) {
        const box = await readBox(receipt, this.poolId, id);
        if (box) boxes.set(id, box);
      }
    } catch (error) {
      return this.explain(error, () => void this.look(receipt, status));
    }
    this.showFound(receipt, boxes, status);
  }

  private showFound(receipt: string, boxes: ReadonlyMap<string, Box>, status: string): void {
    const acts = {
      write: (box: Box) => (text: string) => this.write(receipt, boxes, box, text),
      drafts: this.drafts,
      lookAgain: () => void this.look(receipt, this.voice.tell("looked")),
      leave: () => {
        this.drafts.clear();
        this.ask();
      },
    };
    const inOrder = this.form.items.flatMap(({ id }) => boxes.get(id) ?? []);
    this.show(() => found(this.voice, { form: this.form }, inOrder, acts, status));
  }

  private async write(receipt: string, boxes: ReadonlyMap<string, Box>, box: Box, text: string): Promise<string | undefined> {
    let after: Box | undefined;
    try {
      if (this.unsent?.item !== box.item || this.unsent.text !== text) {
        const message = { writer: "author", day: today(), text, acknowledgement: 0 } as const;
        this.unsent = { item: box.item, text, sealed: await sealFor(this.poolId, box, message) };
      }
      after = await writeBox(this.poolId, box, this.unsent.sealed);
      this.unsent = undefined;
    } catch (error) {
      return error instanceof Refusal ? this.voice.say(endingOf(error.reason)) : this.voice.tell("offline");
    }
    const mine = (each: Box | undefined) => each?.messages.filter(({ writer }) => writer === "author").length ?? 0;
    if (after === undefined || mine(after) <= mine(box)) return this.voice.tell("not_sent");
    this.drafts.delete(box.item);
    this.showFound(receipt, new Map(boxes).set(box.item, after), this.voice.tell("sent"));
    return undefined;
  }

  private explain(error: unknown, again: () => void = () => location.reload()): void {
    if (error instanceof Unreachable) {
      const retry = action(this.voice.say("again"), again);
      return this.show(() => saying(this.voice, this.voice.say("offline_title"), this.voice.say("offline"), h("p", {}, retry)));
    }
    this.show(() => saying(this.voice, this.voice.tell("unknown_title"), this.voice.tell("unknown")));
  }
}

function shuffled<T>(things: readonly T[]): T[] {
  return things
    .map((thing) => ({ thing, place: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0 }))
    .sort((one, other) => one.place - other.place)
    .map(({ thing }) => thing);
}
