/** What both pages of respondents do: speak a language, show one screen at a time, withdraw. */

import { type Api, Refusal } from "./api";
import { h } from "./dom";
import type { Bytes } from "./encoding";
import { endingOf } from "./endings";
import { withdrawalOf } from "./receipt";
import { languageChoice } from "./screens/parts";
import { spoken, type Voice, type Words } from "./texts";
import { chosen, LANGUAGES, wishedLanguages } from "./texts/languages";

export abstract class SpokenPage<Spoken extends Voice> {
  protected voice = this.voiceOf("en", [], undefined);
  /** As the link and the browser wish it; the link goes from the address before the page does. */
  private readonly wished = wishedLanguages(location.hash);
  protected poolId!: Bytes;
  protected api!: Api;
  private redraw: () => HTMLElement = () => h("section");

  constructor(
    protected readonly root: HTMLElement,
    private readonly replies = false,
  ) {}

  /** Return the voice of a language; without words it speaks English. */
  protected abstract voiceOf(language: string, wished: readonly string[], words: Words | undefined): Spoken;

  /** Speak the wished language before anything is shown, and offer the others. */
  protected async greet(): Promise<void> {
    await this.take(chosen(this.wished));
    const use = async (wanted: string) => {
      await this.take(wanted);
      this.draw();
      return this.voice;
    };
    document.getElementById("respond-language")?.replaceChildren(languageChoice(this.voice, LANGUAGES, use));
  }

  private async take(wanted: string): Promise<void> {
    const { language, words } = await spoken(wanted, this.replies);
    this.voice = this.voiceOf(language, this.wished, words);
  }

  /** Take an answer back; return the sentence that says how that ended. */
  protected async withdraw(receipt: string): Promise<string> {
    try {
      await this.api.withdraw(await withdrawalOf(receipt, this.poolId));
      return this.voice.say("withdraw_done");
    } catch (error) {
      return this.voice.say(error instanceof Refusal ? endingOf(error.reason) : "offline");
    }
  }

  /** Show a screen; after a step its title takes focus, so that it is read aloud from its beginning. */
  protected show(redraw: () => HTMLElement, step = true): void {
    this.redraw = redraw;
    this.draw();
    if (!step) return;
    scrollTo({ top: 0 });
    this.root.querySelector("h1")?.focus({ preventScroll: true });
  }

  private draw(): void {
    document.documentElement.lang = this.voice.language;
    document.documentElement.dir = this.voice.direction;
    this.root.replaceChildren(this.redraw());
  }
}
