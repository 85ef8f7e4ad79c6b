/** The way of a ballot: paper, signature, cast; patient with dropped connections. Protocol: Send. */

import { type Api, Refusal, Unreachable } from "./api";
import { ballotMessage, finalize, importRsa, prepare } from "./blinding";
import { type Bytes, fromBase64url, toBase64url } from "./encoding";
import type { Link } from "./link";
import type { Store, Unfinished } from "./store";

const LONGEST_WAIT_SECONDS = 30;

/** What the page shows meanwhile, and how it cuts a wait short. */
export interface Watcher {
  /** Called before each wait; resolves when the wait is over. */
  waiting(seconds: number): Promise<void>;
  /** Called with the signed record once the paper is taken: from then on the link is not needed. */
  paperTaken(signed: Unfinished): void;
}

/** Return the result of `attempt`, tried again after 1, 2, 4 ... 30 seconds for as long as nobody answers. */
export async function persist<T>(attempt: () => Promise<T>, watcher: Watcher): Promise<T> {
  for (let round = 0; ; round += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const wait = Math.min(2 ** round, LONGEST_WAIT_SECONDS);
      await watcher.waiting(Math.max(error.waitSeconds, wait * (0.75 + Math.random() / 2)));
    }
  }
}

/** Take the paper and cast; every step may be repeated. Throws Refusal for what repeating won't mend. */
export async function send(
  context: { api: Api; poolId: Bytes; rsaSpki: Bytes; store: Store },
  link: Link | undefined,
  unfinished: Unfinished,
  watcher: Watcher,
): Promise<void> {
  const { api, poolId, store } = context;
  const inputMessage = prepare(ballotMessage(poolId, fromBase64url(unfinished.serial)), fromBase64url(unfinished.prefix));
  let signature = unfinished.signature;
  if (signature === undefined) {
    if (link === undefined) throw new Refusal("damaged_link");
    const blindSignature = await persist(() => api.paper(link, unfinished.blinded), watcher);
    const key = await importRsa(context.rsaSpki);
    const finished = await finalize(key, inputMessage, blindSignature, fromBase64url(unfinished.inverse)).catch(() => {
      throw new Refusal("bad_signature");
    });
    signature = toBase64url(finished);
    store.keep({ ...unfinished, signature });
  }
  watcher.paperTaken({ ...unfinished, signature });
  const cast = { input_msg: toBase64url(inputMessage), sig: signature, sealed: unfinished.sealed };
  await persist(() => api.ballot(cast), watcher);
}
