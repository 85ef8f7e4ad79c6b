/** Sealing to the pool's key, RFC 9180 base mode, single shot, by @hpke/core over WebCrypto. */

import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256, type SenderContext } from "@hpke/core";
import { type Bytes, concat, utf8 } from "./encoding";

export const POINT_BYTES = 65;

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });

/**
 * Return a sender's context towards a 65-byte point.
 *
 * `seed` fixes the ephemeral key, for published vectors only; in use it is always fresh.
 */
export async function openSender(point: Bytes, info: Bytes, seed?: Bytes): Promise<SenderContext> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(point);
  return suite.createSenderContext({ recipientPublicKey, info, ...(seed && { ekm: seed }) });
}

/** Return enc (65) || ciphertext || tag (16). */
export async function seal(point: Bytes, plaintext: Bytes, info: Bytes): Promise<Bytes> {
  const sender = await openSender(point, info);
  return concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plaintext)));
}

/** Return what `seal` was given; throw where key, info or a byte differs. */
export async function unseal(recipientKey: CryptoKeyPair, sealed: Bytes, info: Bytes): Promise<Bytes> {
  const recipient = await suite.createRecipientContext({ recipientKey, enc: sealed.slice(0, POINT_BYTES), info });
  return new Uint8Array(await recipient.open(sealed.slice(POINT_BYTES)));
}

/** Return the info that ties a ballot to its manifest and serial. */
export function sealInfo(manifestHash: Bytes, serial: Bytes): Bytes {
  return concat(utf8("chorus/v1/seal\0"), manifestHash, serial);
}
