import { type Cues, dayOf, nameAfter } from "./index";

/** What points to somebody in Spanish. */
export const es: Cues = {
  names: [
    nameAfter("mentora|colega|compañer[oa]|jef[ea]|gerente|directora?|responsable|[gG]racias a|[hH]abl(?:é|ar) con|[pP]regunt(?:é|ar) a|llama", "Recursos|Dios|"),
  ],
  telling: [
    /\b(?:mi|nuestr[oa]) (?:jef[ea]|gerente|manager|supervisora?|superiora?|directora?|responsable|encargad[oa]|coordinadora?)\b/,
    /\b(?:soy|era|siendo|como) (?:la unica|el unico)\b|\b(?:la unica|el unico) (?:mujer|hombre|persona)\b|\bcomo (?:becari[oa]|aprendiz)\b/,
    /\bdepartamento de (?:contab|nomina|compras|finanzas|inform|marketing|legal|logist|ventas|rrhh)/,
    dayOf("enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"),
    /\b(?:sala|aula|despacho) (?:n[o°º.]* ?|numero )?[a-z]?\d|\boficina (?:[a-z]-?\d|\d{3})|\b\d(?:a|o|ª|º|\.ª|\.º) (?:planta|piso)\b/,
  ],
};
