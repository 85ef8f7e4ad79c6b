/** The page: which screen is shown when. Everything it may do without a click, it does without the token. */

import { Api, type PaperState, Refusal, Unreachable } from "./api";
import { type Preparation, prepareBallot, sealBallot, TooLongError } from "./ballot";
import { PREFIX_BYTES } from "./blinding";
import { h, painted } from "./dom";
import { fromBase64url, toBase64url } from "./encoding";
import { endingOf, isFinal, isMendable } from "./endings";
import { codeIn, DamagedLinkError, type Link, parseCode, poolIdIn } from "./link";
import { ForeignPageError } from "./manifest";
import { soundsAtRisk } from "./risk";
import { Draft, loadRound, type Round } from "./round";
import { codeField, comeBack, leftHere, leftSent, noCode, problem, type Problem, unfinished } from "./screens/outside";
import { intro } from "./screens/intro";
import { outcome, outcomeOffer } from "./screens/outcome";
import { RESPONDENTS } from "./screens/parts";
import { questions } from "./screens/questions";
import { sending, thanks } from "./screens/sending";
import { send, type Watcher } from "./sending";
import { SpokenPage } from "./spoken";
import { Store, type Unfinished } from "./store";
import { Voice, type Words } from "./texts";
import { Hold, Way } from "./way";

/** Start the page in its root element. */
export async function startPage(root: HTMLElement): Promise<void> {
  const page = new Page(root);
  await page.start();
}

class Page extends SpokenPage<Voice> {
  private store!: Store;
  private preparation: Promise<Preparation> | undefined;
  /** What was typed so far; it outlives a link that proves damaged, until its code is pasted. */
  private draft: Draft | undefined;
  /** A send that broke off after the paper was taken: its signature is used again. */
  private signed: Unfinished | undefined;
  /** The round that is being answered; none while an answer is on its way, and after it. */
  private answering: Round | undefined;
  private readonly hold = new Hold();
  private readonly way = new Way((questions) => this.walk(questions));

  protected voiceOf(language: string, wished: readonly string[], words: Words | undefined): Voice {
    return new Voice(language, wished, words?.page, words?.cues);
  }

  async start(): Promise<void> {
    await this.greet();
    if (!globalThis.crypto?.subtle) return this.fail("old");
    try {
      this.poolId = poolIdIn(location.pathname);
      this.api = new Api(this.poolId);
      const code = codeIn(location.hash);
      const link = code ? parseCode(code) : undefined;
      this.store = await Store.of(toBase64url(this.poolId), code || undefined, history.state);
      await this.open(link);
    } catch (error) {
      this.explain(error);
    }
  }

  private async open(link: Link | undefined): Promise<void> {
    const mine = this.store.mine();
    const pin = link?.pin ?? (mine && fromBase64url(mine.pin));
    if (!pin) {
      return this.show(() => noCode(this.voice, (pasted) => this.useCode(pasted), (receipt) => this.withdraw(receipt), this.left()), false);
    }
    const round = await loadRound(this.api, this.poolId, pin, link);
    if (mine) this.offerToFinish(round, mine);
    else this.showIntro(round);
  }

  private showIntro(round: Round, step = false): void {
    const draft = (this.draft ??= new Draft(round.form.items));
    this.answering = round;
    // By this device's clock, which may be wrong: whether it is closed the service says, at Start.
    const over = isOver(round) && this.isForAll(round);
    const offer = () => (over ? h("div", { class: "card" }, outcomeOffer(this.voice, () => this.lookBack(round), "secondary")) : undefined);
    this.show(() => intro(this.voice, round, () => this.begin(round, draft), offer()), step);
  }

  /** Ask whether the link is still good, then show the questions. Returns a sentence when that failed. */
  private async begin(round: Round, draft: Draft): Promise<string | undefined> {
    if (!round.link) return undefined;
    let state: PaperState;
    try {
      state = await this.api.check(round.link);
    } catch (error) {
      if (error instanceof Unreachable) return this.voice.say("offline");
      this.explain(error, round);
      return undefined;
    }
    if (state !== "open") {
      this.end(state, round);
      return undefined;
    }
    this.showQuestions(round, draft);
    this.way.ahead();
    await painted();
    this.prepared(round).catch(() => (this.preparation = undefined));
    return undefined;
  }

  /** Return receipt, serial and blinding; made once, while the person reads. */
  private prepared(round: Round): Promise<Preparation> {
    this.preparation ??= prepareBallot(round.manifest, this.poolId);
    return this.preparation;
  }

  private showQuestions(round: Round, draft: Draft, notice?: string): void {
    // The answers live in this page alone (Protocol: Send): before they would be lost it asks.
    const changed = () => this.hold.set(draft.answered > 0 || draft.comments().length > 0);
    const situation = { notice, keeps: this.store.works, changed };
    this.answering = round;
    this.show(() => questions(this.voice, round, draft, situation, () => void this.submit(round, draft)));
  }

  /** Follow the browser's Back and Forward between intro and questions; nothing typed is lost. */
  private walk(questions: boolean): void {
    const [round, draft] = [this.answering, this.draft];
    if (!round || !draft) return;
    if (questions) this.showQuestions(round, draft);
    else this.showIntro(round, true);
  }

  private async submit(round: Round, draft: Draft): Promise<void> {
    const watch = sending(this.voice, this.store.works);
    this.answering = undefined;
    this.show(() => watch.screen);
    await painted();
    let record: Unfinished | undefined;
    try {
      record = await this.seal(round, draft);
      this.store.keep(record);
      this.hold.set(!this.store.works);
      await this.deliver(round, record, watch.waiting, draft);
    } catch (error) {
      if (error instanceof TooLongError) return this.showQuestions(round, draft, this.voice.say("error_too_long"));
      if (error instanceof Refusal && isMendable(error.reason)) {
        return this.showQuestions(round, draft, this.voice.say(endingOf(error.reason)));
      }
      this.explainSend(error, round, this.signed ?? record);
    }
  }

  private async seal(round: Round, draft: Draft): Promise<Unfinished> {
    const preparation = await this.prepared(round);
    const cell = round.link?.cell ?? 0;
    const sealed = await sealBallot({ ...round, cell }, preparation, draft.all(), draft.comments());
    return {
      receipt: preparation.receipt,
      pin: toBase64url(round.pin),
      serial: toBase64url(preparation.serial),
      prefix: toBase64url(preparation.inputMessage.slice(0, PREFIX_BYTES)),
      inverse: toBase64url(preparation.inverse),
      blinded: toBase64url(preparation.blinded),
      sealed: toBase64url(sealed),
      ...(this.signed?.signature !== undefined && { signature: this.signed.signature }),
    };
  }

  private async deliver(round: Round, record: Unfinished, waiting: (seconds: number) => Promise<void>, draft?: Draft): Promise<void> {
    const paperTaken = (signed: Unfinished) => {
      this.signed = signed;
      // The mark outlives a reload in this tab, and nobody who opens the address anew has it.
      this.way.forgetCode(this.store.mark);
    };
    await this.carry(round, record, { waiting, paperTaken });
    this.store.forget();
    history.replaceState(null, "", location.pathname);
    const atRisk = draft?.items.some((item) => soundsAtRisk(draft.comment(item))) ?? false;
    this.hold.set(true);
    let receipt: string | undefined = record.receipt;
    const kept = (gone: boolean) => {
      this.hold.set(false);
      if (gone) receipt = undefined;
    };
    this.show(() => thanks(this.voice, round, receipt, atRisk, kept));
  }

  private carry(round: Round, record: Unfinished, watcher: Watcher): Promise<void> {
    const context = { api: this.api, poolId: this.poolId, rsaSpki: fromBase64url(round.manifest.rsa_spki), store: this.store };
    return send(context, round.link, record, watcher);
  }

  private offerToFinish(round: Round, record: Unfinished, what: "unfinished" | "refused" = "unfinished"): void {
    const finish = async () => {
      const watch = sending(this.voice, this.store.works);
      this.show(() => watch.screen);
      await this.deliver(round, record, watch.waiting).catch((error: unknown) => this.explainSend(error, round, record));
    };
    this.show(() => unfinished(this.voice, what, () => void finish()), what === "refused");
  }

  /** Explain why a send stopped; where that was nobody's last word, the sealed answer can go again. */
  private explainSend(error: unknown, round: Round, record: Unfinished | undefined): void {
    const again = error instanceof Refusal && !isFinal(error.reason);
    if (again && record) return this.offerToFinish(round, record, "refused");
    this.explain(error, round);
  }

  /** Return the offer to send what somebody left here, if anything; never with the receipt. */
  private left(): HTMLElement[] {
    const left = this.store.anySigned();
    return left ? [leftHere(this.voice, () => void this.sendLeft(left.key, left.unfinished))] : [];
  }

  private async sendLeft(key: string, record: Unfinished): Promise<void> {
    const watch = sending(this.voice, this.store.works);
    this.show(() => watch.screen);
    try {
      const round = await loadRound(this.api, this.poolId, fromBase64url(record.pin), undefined);
      await this.carry(round, record, { waiting: watch.waiting, paperTaken: () => {} });
      this.store.forget(key);
      this.show(() => leftSent(this.voice, round));
    } catch (error) {
      // What the service refuses for good would be offered again on every visit.
      if (error instanceof Refusal && isFinal(error.reason)) this.store.forget(key);
      this.explain(error);
    }
  }

  /** Use a pasted code: it goes into the address, so that reloading loses nothing. */
  private useCode(pasted: string): boolean {
    const code = codeIn(pasted);
    try {
      parseCode(code);
    } catch {
      return false;
    }
    history.replaceState(null, "", `${location.pathname}#${code}`);
    void this.start();
    return true;
  }

  private explain(error: unknown, round?: Round): void {
    if (error instanceof Unreachable) return this.fail("offline", round);
    if (error instanceof DamagedLinkError) return this.fail("damaged", round);
    if (error instanceof ForeignPageError) return this.fail("foreign", round);
    if (error instanceof Refusal) return this.end(error.reason, round);
    this.fail("refused", round);
    throw error;
  }

  private end(reason: string, round?: Round): void {
    // What the service refuses for good would be offered again on every visit.
    if (isFinal(reason)) this.store.forget();
    this.fail(endingOf(reason), round);
  }

  /** Return whether the totals of a round are for everyone who was asked, and this is one of them. */
  private isForAll(round: Round): boolean {
    return round.link !== undefined && round.manifest.audience.includes(RESPONDENTS);
  }

  /** Show what the group said; return a sentence where there is nothing to show. The token goes by POST, after a click. */
  private async lookBack(round: Round): Promise<string | undefined> {
    if (!round.link) return undefined;
    try {
      const told = await this.api.results(round.link);
      if (told.state === "pending") return this.voice.say("results_pending");
      this.show(() => outcome(this.voice, round, told));
      return undefined;
    } catch (error) {
      return this.voice.say(error instanceof Unreachable ? "offline" : "results_none");
    }
  }

  private fail(what: Problem, round?: Round): void {
    this.answering = undefined;
    this.hold.set(false);
    this.show(() => {
      const more: HTMLElement[] = [];
      if (what === "closed" && round && this.isForAll(round)) more.push(outcomeOffer(this.voice, () => this.lookBack(round)));
      if (what === "damaged") more.push(codeField(this.voice, (pasted) => this.useCode(pasted)));
      if (what === "offline" || what === "refused") more.push(h("p", {}, h("button", { type: "button", onclick: () => location.reload() }, this.voice.say("again"))));
      if (what === "taken") more.push(...this.left(), comeBack(this.voice, (receipt) => this.withdraw(receipt)));
      return problem(this.voice, what, round, ...more);
    });
  }
}

/** Return whether every closing time that the round names has passed. */
function isOver(round: Round): boolean {
  return round.manifest.closes.every((moment) => Date.parse(moment) <= Date.now());
}
