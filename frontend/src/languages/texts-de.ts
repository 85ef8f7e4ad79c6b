export { de as page } from "../texts/de";
