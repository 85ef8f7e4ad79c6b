import { type Cues, dayOf } from "./index";

/** What points to somebody in German, where every noun has a capital: titles and known names tell of names. */
export const de: Cues = {
  names: [],
  telling: [
    /\b(?:mein|unser)(?:e[mnrs]?)? (?:\w+ )?(?:chef(?:in)?|vorgesetzte[rn]?|(?:team|abteilungs|gruppen)leit(?:er|erin|ung)|fuhrungskraft)\b/,
    /\bals einzige[rns]?\b|\b(?:bin|war) (?:hier )?(?:der|die) einzige\b|\bals (?:praktikant|azubi|auszubildende|werkstudent)/,
    dayOf("januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember"),
    /\b(?:raum|zimmer|buro) (?:nr\.? ?)?(?:[a-z]-?\d|\d{2,}|\d\.\d)|\b\d\. (?:stock|etage)\b/,
  ],
};
