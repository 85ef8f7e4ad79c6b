/** The way from the intro to the questions, as the browser's Back and Forward know it. */

const QUESTIONS = { step: "questions" };

function isQuestions(state: unknown): boolean {
  return typeof state === "object" && state !== null && "step" in state;
}

export class Way {
  /** What stands in place of the code, while Back is on its way to the step that still has it. */
  private cleaning: { readonly mark: string | undefined } | undefined;
  private deep = false;

  /** `walk` is called with whether the questions are wanted, when the person goes back or forth. */
  constructor(private readonly walk: (questions: boolean) => void) {
    history.scrollRestoration = "manual";
    // After a reload the answers are gone, and the way begins anew.
    if (isQuestions(history.state)) history.replaceState(null, "", location.href);
    addEventListener("popstate", (event) => this.moved(event.state));
    // Another link in the same tab; that the code went from the address is none.
    addEventListener("hashchange", () => location.hash && location.reload());
  }

  /** Note that the questions are shown, so that Back leads to the intro. */
  ahead(): void {
    if (this.deep) return;
    history.pushState(QUESTIONS, "", location.href);
    this.deep = true;
  }

  /** Take the code out of the address, of both steps; `mark` outlives a reload in its place. */
  forgetCode(mark: string | undefined): void {
    history.replaceState(mark, "", location.pathname);
    if (!this.deep) return;
    this.cleaning = { mark };
    history.back();
  }

  private moved(state: unknown): void {
    this.deep = isQuestions(state);
    if (this.cleaning === undefined) return this.walk(this.deep);
    history.replaceState(this.cleaning.mark, "", location.pathname);
    this.cleaning = undefined;
  }
}

/** Asks before the page goes, while something would go with it. */
export class Hold {
  private on = false;

  set(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    if (on) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  }
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
