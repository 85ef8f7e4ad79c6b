import { type Cues, dayOf, nameAfter } from "./index";

/** What points to somebody in French. */
export const fr: Cues = {
  names: [
    nameAfter("mentore|coll[eè]gue|chef(?:fe)?|responsable|direct(?:eur|rice)|[mM]erci à|[gG]râce à|parlé (?:à|avec)|demandé à|appelle", "Ressources|Noël|"),
  ],
  telling: [
    /\b(?:mon|ma|notre) (?:manageu?r|manageuse|chef(?:fe)?|boss|patronne?|superieure?|responsable|direct(?:eur|rice)|n\+1)\b/,
    /\b(?:suis|etais|etant|comme) (?:la|le) seule?\b|\b(?:la seule|le seul) (?:femme|homme|personne|stagiaire|alternante?)\b|\ben tant que (?:seule?|stagiaire|alternante?|apprentie?)\b/,
    /\b(?:du|au) service (?:compta|paie|juridique|achats|informatique|marketing|financ|logist|rh\b)/,
    dayOf("janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"),
    /\bsalle (?:n[o°.]* ?)?[a-z]?\d|\bbureau (?:n[o°.]* ?)?(?:[a-z]-?\d|\d{3})|\b\d(?:e|eme|er) etage\b/,
  ],
};
