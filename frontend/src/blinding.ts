/** Blind signatures, RSABSSA-SHA384-PSS-Randomized (RFC 9474), by blindrsa-ts over WebCrypto. */

import { RSABSSA } from "@cloudflare/blindrsa-ts";
import { type Bytes, concat, randomBytes, utf8 } from "./encoding";

export const PREFIX_BYTES = 32;

// Only signing would profit from a raw RSA operation, and only the server signs.
const suite = RSABSSA.SHA384.PSS.Randomized({ supportsRSARAW: false });

export interface Blinded {
  readonly blinded: Bytes;
  readonly inverse: Bytes;
}

/** Return the key behind a DER SubjectPublicKeyInfo (rsaEncryption). */
export function importRsa(spki: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("spki", spki, { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"]);
}

/** Return a ballot's msg, 65 bytes. */
export function ballotMessage(poolId: Bytes, serial: Bytes): Bytes {
  return concat(utf8("chorus/v1/ballot\0"), poolId, serial);
}

/** Return input_msg, PrepareRandomize of msg: the prefix belongs to the signed message and is kept. */
export function prepare(message: Bytes, prefix: Bytes = randomBytes(PREFIX_BYTES)): Bytes {
  return concat(prefix, message);
}

/** Return the blinded message and the inverse that unblinds its signature. */
export async function blind(publicKey: CryptoKey, inputMessage: Bytes): Promise<Blinded> {
  const { blindedMsg, inv } = await suite.blind(publicKey, inputMessage);
  return { blinded: new Uint8Array(blindedMsg), inverse: new Uint8Array(inv) };
}

/** Return the finished signature; throw if it does not verify under the key. */
export async function finalize(publicKey: CryptoKey, inputMessage: Bytes, blindSignature: Bytes, inverse: Bytes): Promise<Bytes> {
  return new Uint8Array(await suite.finalize(publicKey, inputMessage, blindSignature, inverse));
}

/** Return whether the signature is good. */
export function verify(publicKey: CryptoKey, inputMessage: Bytes, signature: Bytes): Promise<boolean> {
  return suite.verify(publicKey, signature, inputMessage);
}
