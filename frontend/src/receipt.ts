/** The receipt, and everything that a respondent derives from it. Layout: crypto/README.md, Receipt. */

import { type Bytes, concat, randomBytes, sha256, utf8 } from "./encoding";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;

export interface MailboxSecrets {
  readonly id: Bytes;
  readonly authenticator: Bytes;
  readonly wrappingKey: Bytes;
}

/** Return 10 bytes as 16 Crockford characters. */
export function encodeReceipt(bytes: Bytes): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: LENGTH }, (_, index) => ALPHABET[Number((bits >> BigInt(75 - 5 * index)) & 31n)]).join("");
}

/** Return a fresh receipt of 80 random bits. */
export function makeReceipt(): string {
  return encodeReceipt(randomBytes(10));
}

/** Return a receipt in four groups of four, as it is shown. */
export function formatReceipt(receipt: string): string {
  return (receipt.match(/.{4}/g) ?? []).join("-");
}

/** Return the receipt behind what a person typed, or undefined if it can't be one. */
export function readReceipt(typed: string): string | undefined {
  // Phones and mail programs put other signs for a hyphen.
  const joined = typed.replace(/[\s\u2010-\u2014\u2212-]+/gu, "");
  const raised = joined.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  const known = [...raised].every((character) => ALPHABET.includes(character));
  return /^[!-~]+$/.test(joined) && raised.length === LENGTH && known ? raised : undefined;
}

async function derive(receipt: string, poolId: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", utf8(receipt), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: poolId, info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * length));
}

/** Return w, the 32 bytes that withdraw a ballot. */
export function withdrawalOf(receipt: string, poolId: Bytes): Promise<Bytes> {
  return derive(receipt, poolId, utf8("chorus/v1/withdraw\0"), 32);
}

/** Return the ballot's serial, 32 bytes. */
export async function serialOf(receipt: string, poolId: Bytes): Promise<Bytes> {
  return sha256(await withdrawalOf(receipt, poolId));
}

/** Return the secrets of one comment's mailbox; two comments of a person never meet. */
export async function mailboxOf(receipt: string, poolId: Bytes, itemId: string): Promise<MailboxSecrets> {
  const item = await sha256(utf8(itemId));
  const part = (name: string, length: number) =>
    derive(receipt, poolId, concat(utf8(`chorus/v1/mailbox-${name}\0`), item), length);
  const [id, authenticator, wrappingKey] = await Promise.all([part("id", 16), part("auth", 32), part("key", 32)]);
  return { id, authenticator, wrappingKey };
}
