/**
 * The page of replies and its functions, in one module; tests import the same bytes that are served.
 */

import { startPage } from "./mailbox/page";

export { fromBase64url, fromHex, sha256, toBase64url, toHex, utf8 } from "./encoding";
export { openKey } from "./mailbox/box";
export { decodeMessage, encodeMessage, toAuthorInfo, toStaffInfo } from "./mailbox/message";
export { sentenceOf } from "./mailbox/ready";
export { mailboxOf, readReceipt } from "./receipt";
export { seal, unseal } from "./sealing";
export { spoken } from "./texts";
export { en } from "./mailbox/texts/en";

const root = typeof document === "undefined" ? null : document.getElementById("mailbox");
if (root) void startPage(root);
