/**
 * Runs before anything is painted: sets language and side, so that nothing moves later, and asks
 * for what will be needed while the page's script is still on its way.
 *
 * It asks for nothing that the script would not ask for: without the code, and only where there is
 * one, or on the page of replies, which needs none.
 */

import { askEarly } from "./early";
import { chosen, directionOf, fileOf, wishedLanguages } from "./texts/languages";

const language = chosen(wishedLanguages(location.hash));
document.documentElement.lang = language;
document.documentElement.dir = directionOf(language);

const place = document.currentScript as HTMLScriptElement | null;
const [, room, pool] = /^\/([rm])\/([\w-]{22})\/?$/.exec(location.pathname) ?? [];
if (language !== "en" && place) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = new URL(fileOf(language, room === "m"), place.src).href;
  document.head.append(link);
}

if (room === "m" || (room === "r" && location.hash.length > 1)) {
  for (const name of ["manifest", "form"]) askEarly(`/api/v1/pools/${pool}/${name}`);
}
