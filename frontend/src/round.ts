/** A round as this page has checked it, and the answers typed so far. */

import type { Api } from "./api";
import type { Answer } from "./ballot";
import { type Bytes, utf8 } from "./encoding";
import type { Link } from "./link";
import { ForeignPageError, type Form, type Item, type Manifest, readForm, readManifest } from "./manifest";

export interface Round {
  readonly poolId: Bytes;
  readonly pin: Bytes;
  readonly manifest: Manifest;
  readonly manifestHash: Bytes;
  readonly form: Form;
  /** Absent when only a signed ballot is left to be cast. */
  readonly link: Link | undefined;
}

/** Fetch manifest and form without the token; throw ForeignPageError unless both are the pinned ones. */
export async function loadRound(api: Api, poolId: Bytes, pin: Bytes, link: Link | undefined): Promise<Round> {
  const [manifestBytes, formBytes] = await Promise.all([api.manifest(), api.form()]);
  const { manifest, manifestHash } = await readManifest(manifestBytes, pin);
  const form = await readForm(formBytes, manifest);
  if (link !== undefined && link.cell >= manifest.cells.length) {
    throw new ForeignPageError("The link names a group that the round does not have.");
  }
  return { poolId, pin, manifest, manifestHash, form, link };
}

/** What stops a draft from being sent: the question (undefined for all of them) and why. */
export interface Flaw {
  readonly item: Item | undefined;
  readonly why: "error_none" | "error_required" | "error_comment";
}

/** The answers typed so far; they live in this page's memory only. */
export class Draft {
  private readonly answers = new Map<string, Answer>();

  constructor(readonly items: readonly Item[]) {}

  get(item: Item): Answer | undefined {
    return this.answers.get(item.id);
  }

  /** Set an answer; undefined takes it back, and so do an empty comment and an empty choice. */
  set(item: Item, answer: Answer | undefined): void {
    const empty = answer === undefined || (typeof answer === "string" && !answer.trim());
    if (empty || (Array.isArray(answer) && answer.length === 0)) this.answers.delete(item.id);
    else this.answers.set(item.id, answer);
  }

  /** How many questions there are; a comment is an offer, not a question. */
  get count(): number {
    return questionsIn(this.items).length;
  }

  get answered(): number {
    return questionsIn(this.items).filter((item) => this.answers.has(item.id)).length;
  }

  /** Return the answers in the form's order. */
  all(): Record<string, Answer> {
    const given = this.items.filter((item) => this.answers.has(item.id));
    return Object.fromEntries(given.map((item) => [item.id, this.answers.get(item.id) as Answer]));
  }

  /** Return the ids of the comments given; "can't say" is none. */
  comments(): string[] {
    return this.items.filter((item) => item.type === "comment" && this.comment(item) !== "").map((item) => item.id);
  }

  /** Return a comment as typed so far. */
  comment(item: Item): string {
    const answer = this.answers.get(item.id);
    return typeof answer === "string" ? answer : "";
  }

  /** Return what is still wrong, in the form's order. */
  flaws(): Flaw[] {
    const flaws = this.items.flatMap((item): Flaw[] => {
      if (item.required && !this.answers.has(item.id)) return [{ item, why: "error_required" }];
      if (item.type === "comment" && bytesLeft(item, this.comment(item)) < 0) return [{ item, why: "error_comment" }];
      return [];
    });
    return this.answered === 0 ? [{ item: undefined, why: "error_none" }] : flaws;
  }
}

/** Return how many UTF-8 bytes a comment may still grow; negative when it is too long. */
export function bytesLeft(item: Item, comment: string): number {
  return (item.max_length ?? 1000) - utf8(comment).length;
}

/** Return the items that count as questions, as the mail counts them: all but the comments. */
export function questionsIn(items: readonly Item[]): readonly Item[] {
  return items.filter((item) => item.type !== "comment");
}
