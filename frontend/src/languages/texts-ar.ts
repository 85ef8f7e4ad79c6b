export { ar as page } from "../texts/ar";
export { ar as cues } from "../cues/ar";
