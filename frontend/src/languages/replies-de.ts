export { de as page } from "../texts/de";
export { de as mailbox } from "../mailbox/texts/de";
export { de as cues } from "../cues/de";
