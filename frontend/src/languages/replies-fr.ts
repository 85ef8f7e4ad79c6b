export { fr as page } from "../texts/fr";
export { fr as mailbox } from "../mailbox/texts/fr";
export { fr as cues } from "../cues/fr";
