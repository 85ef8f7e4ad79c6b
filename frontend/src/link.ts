/** The code of a link, the 71 or 35 bytes after `#`. Protocol: Objects, Link. */

import { type Bytes, concat, fromBase64url, sha256, toHex, utf8 } from "./encoding";

const WITH_SHARE = 0x01;
const TOKEN_ONLY = 0x02;
const POOL_ID_BYTES = 16;
/** The order of P-256's group. Source: FIPS 186-5, SP 800-186 section 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface Share {
  readonly x: Bytes;
  readonly y: Bytes;
}

export interface Link {
  readonly token: Bytes;
  /** Index into the manifest's cells. */
  readonly cell: number;
  /** The first 16 bytes of the manifest's hash. */
  readonly pin: Bytes;
  /** Absent in a token-only link. */
  readonly share: Share | undefined;
}

export class DamagedLinkError extends Error {}

/** Return the link behind a code; throw DamagedLinkError if it is not exactly what the service writes. */
export function parseCode(code: string): Link {
  let bytes: Bytes;
  try {
    bytes = fromBase64url(code);
  } catch {
    throw new DamagedLinkError("The code has characters that no code has.");
  }
  if (bytes[0] === WITH_SHARE && bytes.length === 71) {
    const share = { x: bytes.slice(17, 21), y: bytes.slice(21, 53) };
    if (share.x.every((byte) => byte === 0) || BigInt(`0x${toHex(share.y)}`) >= ORDER) {
      throw new DamagedLinkError("The code's piece of the key is none.");
    }
    return { token: bytes.slice(1, 17), share, cell: cellAt(bytes, 53), pin: bytes.slice(55) };
  }
  if (bytes[0] === TOKEN_ONLY && bytes.length === 35) {
    return { token: bytes.slice(1, 17), share: undefined, cell: cellAt(bytes, 17), pin: bytes.slice(19) };
  }
  throw new DamagedLinkError("The code is too short, too long or altered.");
}

function cellAt(bytes: Bytes, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/**
 * Return the code within what a person pasted: the whole link, or the code alone, line breaks allowed.
 *
 * Behind a full stop a link may name the language of its mail; that is no part of the code.
 */
export function codeIn(pasted: string): string {
  const joined = pasted.replace(/[\s<>"]+/g, "");
  return joined.slice(joined.indexOf("#") + 1).replace(/\.[a-z]{2}$/, "");
}

/** Return the 16 bytes of the pool id at the end of `/r/<pool_id>` or `/m/<pool_id>`; throw DamagedLinkError otherwise. */
export function poolIdIn(pathname: string): Bytes {
  const name = /\/[rm]\/([A-Za-z0-9_-]{22})\/?$/.exec(pathname)?.[1];
  try {
    const poolId = fromBase64url(name ?? "");
    if (poolId.length === POOL_ID_BYTES) return poolId;
  } catch {
    // Falls through to the one error for both cases.
  }
  throw new DamagedLinkError("The address has no round in it.");
}

/** Return the hash by which the service knows a token, 32 bytes. */
export function tokenHash(poolId: Bytes, token: Bytes, cell: number): Promise<Bytes> {
  return sha256(concat(utf8("chorus/v1/token\0"), poolId, token, Uint8Array.of(cell >> 8, cell & 0xff)));
}

/** Return the commitment to a share, 32 bytes. */
export function shareCommit(poolId: Bytes, share: Share): Promise<Bytes> {
  return sha256(concat(utf8("chorus/v1/share\0"), poolId, share.x, share.y));
}

/** Return a pin as people compare it: 8 groups of 4 hex digits. */
export function fingerprint(pin: Bytes): string {
  return (toHex(pin).match(/.{4}/g) ?? []).join(" ");
}
