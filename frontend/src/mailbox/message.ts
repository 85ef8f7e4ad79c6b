/** Messages of the two-way reply, all of one size. Layout: crypto/README.md, Messages in a mailbox. */

import { type Bytes, concat, utf8 } from "../encoding";

export const MESSAGE_BYTES = 2048;
export const TEXT_BYTES = 2000;
const VERSION = 1;
const DAY_AT = 3;
const TEXT_AT = 13;
const WRITERS = ["author", "mentor", "admin"] as const;
const MOST_ACKNOWLEDGEMENTS = 5;

export type Writer = (typeof WRITERS)[number];

export interface Message {
  readonly writer: Writer;
  /** As YYYY-MM-DD. */
  readonly day: string;
  readonly text: string;
  /** 1 to 5 for one of the ready sentences, in place of a text. */
  readonly acknowledgement: number;
}

/** Return a message as exactly 2048 bytes; throw RangeError if it can't be written. */
export function encodeMessage(message: Message): Bytes {
  const text = utf8(message.text);
  const given = message.acknowledgement > 0 ? text.length === 0 : message.text.trim() !== "";
  const known = message.acknowledgement <= MOST_ACKNOWLEDGEMENTS && /^\d{4}-\d\d-\d\d$/.test(message.day);
  if (!given || !known || text.length > TEXT_BYTES || text.includes(0)) throw new RangeError("This is no message.");
  const head = Uint8Array.of(VERSION, WRITERS.indexOf(message.writer) + 1, message.acknowledgement);
  const written = concat(head, utf8(message.day), text);
  return concat(written, new Uint8Array(MESSAGE_BYTES - written.length));
}

/** Return the message behind 2048 bytes; throw RangeError if they are written in any other way. */
export function decodeMessage(padded: Bytes): Message {
  const end = padded.indexOf(0, TEXT_AT);
  const read = (from: number, to: number) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(padded.slice(from, to));
  const writer = WRITERS[(padded[1] ?? 0) - 1];
  if (padded.length !== MESSAGE_BYTES || padded[0] !== VERSION || writer === undefined || end < 0) {
    throw new RangeError("This is no message.");
  }
  const message = { writer, acknowledgement: padded[2] ?? 0, day: read(DAY_AT, TEXT_AT), text: read(TEXT_AT, end) };
  if (encodeMessage(message).some((byte, index) => byte !== padded[index])) throw new RangeError("This is no message.");
  return message;
}

/** Return the info of a seal towards the author. */
export function toAuthorInfo(poolId: Bytes, mailboxId: Bytes): Bytes {
  return concat(utf8("chorus/v1/reply-to-author\0"), poolId, mailboxId);
}

/** Return the info of a seal towards those who read the comment. */
export function toStaffInfo(poolId: Bytes, mailboxId: Bytes): Bytes {
  return concat(utf8("chorus/v1/reply-to-staff\0"), poolId, mailboxId);
}
