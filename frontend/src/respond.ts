/**
 * The respondent's page and its protocol functions, in one module.
 *
 * Tests import the same bytes that are served and run published vectors against them; the page
 * itself starts only in a document that has its root element.
 */

import { startPage } from "./page";

export { padded, prepareBallot, sealBallot, makeMailbox } from "./ballot";
export { ballotMessage, blind, finalize, importRsa, prepare, verify } from "./blinding";
export { fromBase64url, fromHex, sha256, toBase64url, toHex, utf8 } from "./encoding";
export { codeIn, fingerprint, parseCode, poolIdIn, shareCommit, tokenHash } from "./link";
export { secondsToAnswer } from "./length";
export { readForm, readManifest } from "./manifest";
export { encodeReceipt, formatReceipt, mailboxOf, readReceipt, serialOf, withdrawalOf } from "./receipt";
export { soundsAtRisk } from "./risk";
export { openSender, seal, sealInfo } from "./sealing";
export { spoken } from "./texts";
export { en } from "./texts/en";
export { mentionsContact } from "./warnings";

const root = typeof document === "undefined" ? null : document.getElementById("respond");
if (root) void startPage(root);
