export { ar as page } from "../texts/ar";
