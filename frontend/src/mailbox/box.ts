/** A mailbox as its author opens it: what is asked of the service, and what of it opens. */

import { ask, jsonIn } from "../api";
import { type Bytes, fromBase64url, toBase64url } from "../encoding";
import { mailboxOf, type MailboxSecrets } from "../receipt";
import { POINT_BYTES, seal, unseal } from "../sealing";
import { decodeMessage, encodeMessage, type Message, toAuthorInfo, toStaffInfo } from "./message";

const ROOT = "/api/v1/mailbox";
const NONCE_BYTES = 12;
/** Bytes of a sealed message, in base64url. */
const SEALED_CHARACTERS = 2839;
/** As in the service: messages of an author in all, and in a day. */
export const MOST_MESSAGES = 8;
export const MOST_A_DAY = 3;

interface Content {
  readonly pub: string;
  readonly key: string;
  readonly reply_key: string;
  readonly messages: readonly string[];
}

/** A mailbox that opened. */
export interface Box {
  readonly item: string;
  readonly secrets: MailboxSecrets;
  readonly content: Content;
  readonly messages: readonly Message[];
}

/** Return the mailbox of a comment; undefined if nothing there opens with this receipt. */
export async function readBox(receipt: string, poolId: Bytes, item: string): Promise<Box | undefined> {
  const secrets = await mailboxOf(receipt, poolId, item);
  const body = JSON.stringify({ ...placeOf(poolId, secrets), padding: "" });
  const content = await post("read", body.replace(/"\}$/, `${"A".repeat(paddingFor(poolId, secrets))}"}`));
  return opened(poolId, item, secrets, content);
}

/** A message, sealed once for each side. */
export interface Sealed {
  readonly for_author: string;
  readonly for_staff: string;
}

/** Return a message sealed for a mailbox; the same bytes sent again are stored once. */
export async function sealFor(poolId: Bytes, { secrets, content }: Box, message: Message): Promise<Sealed> {
  const padded = encodeMessage(message);
  const [forAuthor, forStaff] = await Promise.all([
    seal(fromBase64url(content.pub), padded, toAuthorInfo(poolId, secrets.id)),
    seal(fromBase64url(content.reply_key), padded, toStaffInfo(poolId, secrets.id)),
  ]);
  return { for_author: toBase64url(forAuthor), for_staff: toBase64url(forStaff) };
}

/** Send a message and return the mailbox as it then is; the caller looks whether it is there. */
export async function writeBox(poolId: Bytes, { item, secrets }: Box, sealed: Sealed): Promise<Box | undefined> {
  const answer = await post("write", JSON.stringify({ ...placeOf(poolId, secrets), ...sealed }));
  return opened(poolId, item, secrets, answer);
}

/** Return a mailbox's key pair, unwrapped; throw where the receipt is not its own. */
export async function openKey(secrets: MailboxSecrets, pub: Bytes, key: Bytes): Promise<CryptoKeyPair> {
  const wrapping = await crypto.subtle.importKey("raw", secrets.wrappingKey, "AES-GCM", false, ["decrypt"]);
  const iv = key.slice(0, NONCE_BYTES);
  const scalar = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, wrapping, key.slice(NONCE_BYTES)));
  const kind = { name: "ECDH", namedCurve: "P-256" };
  const half = (POINT_BYTES - 1) / 2;
  const point = { kty: "EC", crv: "P-256", x: toBase64url(pub.slice(1, 1 + half)), y: toBase64url(pub.slice(1 + half)) };
  const [publicKey, privateKey] = await Promise.all([
    crypto.subtle.importKey("jwk", point, kind, true, []),
    crypto.subtle.importKey("jwk", { ...point, d: toBase64url(scalar) }, kind, true, ["deriveBits"]),
  ]);
  return { publicKey, privateKey };
}

async function opened(poolId: Bytes, item: string, secrets: MailboxSecrets, content: Content): Promise<Box | undefined> {
  let pair: CryptoKeyPair;
  try {
    pair = await openKey(secrets, fromBase64url(content.pub), fromBase64url(content.key));
  } catch {
    return undefined;
  }
  const info = toAuthorInfo(poolId, secrets.id);
  const messages: Message[] = [];
  for (const sealed of content.messages) {
    try {
      messages.push(decodeMessage(await unseal(pair, fromBase64url(sealed), info)));
    } catch {
      // Places without a message hold random bytes.
    }
  }
  return { item, secrets, content, messages };
}

function placeOf(poolId: Bytes, secrets: MailboxSecrets): { pool: string; id: string; auth: string } {
  return { pool: toBase64url(poolId), id: toBase64url(secrets.id), auth: toBase64url(secrets.authenticator) };
}

/** Return how much padding makes a request that reads as long as one that writes, address and all. */
function paddingFor(poolId: Bytes, secrets: MailboxSecrets): number {
  const place = placeOf(poolId, secrets);
  const sealed = "A".repeat(SEALED_CHARACTERS);
  const writes = `write${JSON.stringify({ ...place, for_author: sealed, for_staff: sealed })}`;
  return writes.length - `read${JSON.stringify({ ...place, padding: "" })}`.length;
}

async function post(name: "read" | "write", body: string): Promise<Content> {
  const headers = { "Content-Type": "application/json" };
  return jsonIn<Content>(await ask(`${ROOT}/${name}`, { method: "POST", headers, body }));
}
