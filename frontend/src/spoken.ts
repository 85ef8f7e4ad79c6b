/** What both pages of respondents do: speak a language, show one screen at a time, withdraw. */

import { type Api, Refusal } from "./api";
import { h } from "./dom";
import type { Bytes } from "./encoding";
import { endingOf } from "./endings";
import type { Form } from "./manifest";
import { withdrawalOf } from "./receipt";
import { languageChoice } from "./screens/parts";
import { sharedLanguages, Voice } from "./texts";

export abstract class SpokenPage<Spoken extends Voice> {
  protected voice = this.voiceOf(Voice.for(navigator.languages).language);
  protected poolId!: Bytes;
  protected api!: Api;
  private redraw: () => HTMLElement = () => h("section");

  constructor(protected readonly root: HTMLElement) {}

  /** Return the voice of a language. */
  protected abstract voiceOf(language: string): Spoken;

  /** Take the fitting language, and offer the others where there are several. */
  protected speak(form: Form): void {
    const shared = sharedLanguages(form);
    this.voice = this.voiceOf(Voice.for(navigator.languages, shared.length > 0 ? shared : undefined).language);
    const place = document.getElementById("respond-language");
    if (!place || shared.length < 2) return;
    const use = (language: string) => {
      this.voice = this.voiceOf(language);
      this.draw();
      return this.voice;
    };
    place.replaceChildren(languageChoice(this.voice, shared, use));
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
