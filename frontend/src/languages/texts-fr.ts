export { fr as page } from "../texts/fr";
