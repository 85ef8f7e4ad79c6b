export { es as page } from "../texts/es";
export { es as mailbox } from "../mailbox/texts/es";
export { es as cues } from "../cues/es";
