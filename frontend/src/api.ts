/** The service's answers. No request carries a cookie; only `check` and `paper` carry the token. */

import { QUIETLY, takeEarly } from "./early";
import { type Bytes, fromBase64url, toBase64url } from "./encoding";
import type { Link } from "./link";

const PATIENCE_MS = 20_000;

/** A refusal, by the service's own name for it (PROTOCOL: Errors). */
export class Refusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** No answer, or one that asks to come back later. */
export class Unreachable extends Error {
  constructor(readonly waitSeconds = 0) {
    super("The service did not answer.");
  }
}

export type PaperState = "open" | "taken" | "revoked" | "closed";

export interface Cast {
  readonly input_msg: string;
  readonly sig: string;
  readonly sealed: string;
}

/** A mean on its step; `open` where it lies at an end of the scale. */
export interface Mean {
  readonly mean: number;
  readonly open: "or more" | "or less" | null;
}

/** Of the stored tables what this page shows. */
export interface Table {
  readonly ballots: { readonly n: string };
  readonly score: Mean | { readonly withheld: true };
  readonly items: Readonly<Record<string, Mean | { readonly withheld: true }>>;
}

/** What everyone who was asked is told of a round. */
export interface Outcome {
  readonly state: "pending" | "published";
  readonly closed_on: string | null;
  readonly table: Table | { readonly withheld: true } | null;
  readonly done: { readonly text: string; readonly day: string } | null;
}

export class Api {
  private readonly root: string;

  constructor(poolId: Bytes) {
    this.root = `/api/v1/pools/${toBase64url(poolId)}`;
  }

  /** Return the manifest's bytes exactly as served. */
  manifest(): Promise<Bytes> {
    return this.bytes("manifest");
  }

  /** Return the form's bytes exactly as served. */
  form(): Promise<Bytes> {
    return this.bytes("form");
  }

  /** Return whether this link can still take a paper; changes nothing. */
  async check(link: Link): Promise<PaperState> {
    const answer = await this.post("check", { token: toBase64url(link.token), cell: link.cell });
    return (await jsonIn<{ state: PaperState }>(answer)).state;
  }

  /** Return what the group said, the same for everyone who was asked; changes nothing. */
  async results(link: Link): Promise<Outcome> {
    return jsonIn<Outcome>(await this.post("results", { token: toBase64url(link.token), cell: link.cell }));
  }

  /** Return the blind signature; the same blinded value again gets the same answer. */
  async paper(link: Link, blinded: string): Promise<Bytes> {
    const share = link.share && { x: toBase64url(link.share.x), y: toBase64url(link.share.y) };
    const answer = await this.post("paper", { token: toBase64url(link.token), cell: link.cell, ...share, blinded });
    return fromBase64url((await jsonIn<{ blind_sig: string }>(answer)).blind_sig);
  }

  /** Cast the sealed ballot; nothing of the link goes with it. */
  async ballot(cast: Cast): Promise<void> {
    await this.post("ballot", cast);
  }

  /** Withdraw the ballot behind w. The answer never says whether there was one. */
  async withdraw(withdrawal: Bytes): Promise<void> {
    await this.post("withdraw", { w: toBase64url(withdrawal) });
  }

  private async bytes(name: string): Promise<Bytes> {
    return new Uint8Array(await (await this.request(name, {})).arrayBuffer());
  }

  private post(name: string, body: object): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    return this.request(name, { method: "POST", headers, body: JSON.stringify(body) });
  }

  private request(name: string, options: RequestInit): Promise<Response> {
    return ask(`${this.root}/${name}`, options);
  }
}

/** Return a good answer of the service; throw Refusal or Unreachable for any other. */
export async function ask(address: string, options: RequestInit): Promise<Response> {
  const asked = takeEarly(address) ?? fetch(address, { ...options, ...QUIETLY, signal: AbortSignal.timeout(PATIENCE_MS) });
  const response = await asked.catch(() => {
    throw new Unreachable();
  });
  if (response.ok) return response;
  if (response.status >= 500 || response.status === 429) {
    throw new Unreachable(Number(response.headers.get("Retry-After")) || 0);
  }
  throw new Refusal(await reasonIn(response));
}

/** Return what an answer holds; one that broke off, or that the service did not write, is none. */
export async function jsonIn<T>(response: Response): Promise<T> {
  return (await response.json().catch(() => {
    throw new Unreachable();
  })) as T;
}

/** Return the name of an error; "refused" for an answer that is not the service's own, such as a proxy's. */
async function reasonIn(response: Response): Promise<string> {
  const error = (await response.json().catch(() => null)) as { errors?: { name?: unknown } } | null;
  const name = error?.errors?.name;
  return typeof name === "string" ? name : "refused";
}
