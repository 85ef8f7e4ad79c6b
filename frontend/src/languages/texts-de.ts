export { de as page } from "../texts/de";
export { de as cues } from "../cues/de";
