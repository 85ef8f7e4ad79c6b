/** A ballot's plaintext, padded to one size, and the mailboxes of its comments. */

import { ballotMessage, blind, importRsa, prepare } from "./blinding";
import { type Bytes, concat, fromBase64url, randomBytes, sha256, toBase64url, utf8 } from "./encoding";
import type { Manifest } from "./manifest";
import { mailboxOf, makeReceipt, serialOf } from "./receipt";
import { seal, sealInfo } from "./sealing";

/** A number, an option id, several, a comment, or null for "can't say"; an unanswered item is absent. */
export type Answer = number | string | readonly string[] | null;
export type Answers = Readonly<Record<string, Answer>>;

export interface Mailbox {
  readonly id: string;
  readonly auth: string;
  readonly pub: string;
  readonly key: string;
}

/** All that is made before the person has answered. */
export interface Preparation {
  readonly receipt: string;
  readonly serial: Bytes;
  readonly inputMessage: Bytes;
  readonly blinded: Bytes;
  readonly inverse: Bytes;
}

export class TooLongError extends Error {}

/** Return text padded with NUL to `pad` bytes; throw TooLongError if it does not fit. */
export function padded(text: string, pad: number): Bytes {
  const bytes = utf8(text);
  if (bytes.length > pad) throw new TooLongError("The answers are longer than a ballot.");
  return concat(bytes, new Uint8Array(pad - bytes.length));
}

/** Return a fresh receipt with its serial and blinded message. */
export async function prepareBallot(manifest: Manifest, poolId: Bytes): Promise<Preparation> {
  const receipt = makeReceipt();
  const serial = await serialOf(receipt, poolId);
  const inputMessage = prepare(ballotMessage(poolId, serial));
  const { blinded, inverse } = await blind(await importRsa(fromBase64url(manifest.rsa_spki)), inputMessage);
  return { receipt, serial, inputMessage, blinded, inverse };
}

/** Return the mailbox that travels with one comment: a fresh key pair, its private part wrapped. */
export async function makeMailbox(receipt: string, poolId: Bytes, itemId: string): Promise<Mailbox> {
  const secrets = await mailboxOf(receipt, poolId, itemId);
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const [point, jwk] = await Promise.all([
    crypto.subtle.exportKey("raw", pair.publicKey),
    crypto.subtle.exportKey("jwk", pair.privateKey),
  ]);
  const wrapping = await crypto.subtle.importKey("raw", secrets.wrappingKey, "AES-GCM", false, ["encrypt"]);
  const nonce = randomBytes(12);
  const scalar = fromBase64url(jwk.d ?? "");
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, wrapping, scalar);
  return {
    id: toBase64url(secrets.id),
    auth: toBase64url(await sha256(secrets.authenticator)),
    pub: toBase64url(new Uint8Array(point)),
    key: toBase64url(concat(nonce, new Uint8Array(wrapped))),
  };
}

/** Return the sealed ballot, 65 + pad + 16 bytes. `comments` names the answers that are comments. */
export async function sealBallot(
  round: { poolId: Bytes; manifest: Manifest; manifestHash: Bytes; cell: number },
  preparation: Preparation,
  answers: Answers,
  comments: readonly string[],
): Promise<Bytes> {
  const mailboxes: Record<string, Mailbox> = {};
  for (const itemId of comments) mailboxes[itemId] = await makeMailbox(preparation.receipt, round.poolId, itemId);
  const text = JSON.stringify({ v: 1, cell: round.cell, a: answers, m: mailboxes });
  const info = sealInfo(round.manifestHash, preparation.serial);
  return seal(fromBase64url(round.manifest.hpke_pub), padded(text, round.manifest.pad), info);
}
