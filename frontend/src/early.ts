/** What was asked for before the script had arrived: an answer waits here until it is asked for again. */

/** How everything is asked: no cookie, no address of this page, nothing kept. */
export const QUIETLY: RequestInit = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" };

type Answers = Map<string, Promise<Response>>;
const NAME = "chorusEarly";

/** Return the answers that are waiting or on their way, by address. */
export function early(): Answers {
  const place = globalThis as unknown as Record<string, Answers | undefined>;
  return (place[NAME] ??= new Map());
}

/** Ask for an address now; a failure is for whoever asks again. */
export function askEarly(address: string): void {
  const answer = fetch(address, QUIETLY);
  answer.catch(() => undefined);
  early().set(address, answer);
}

/** Return the answer to an early question, once. */
export function takeEarly(address: string): Promise<Response> | undefined {
  const answer = early().get(address);
  early().delete(address);
  return answer;
}
