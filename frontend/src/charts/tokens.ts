/** The theme's colours and type, read from its custom properties. */

/** What a drawing is coloured and written with. */
export interface Tokens {
  readonly card: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly hairline: string;
  readonly accent: string;
  readonly program: string;
  readonly watch: string;
  readonly other: string;
  readonly font: string;
  readonly rightToLeft: boolean;
}

/** Return what tells whether the reader wishes dark pages. */
export function darkScheme(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}

/** Return the tokens as they are now, or those of light pages: a picture goes into documents. */
export function readTokens(figure: HTMLElement, scheme: "now" | "light" = "now"): Tokens {
  const root = document.documentElement;
  if (scheme === "light") root.dataset["theme"] = "light"; // for as long as it takes to read them
  const style = getComputedStyle(root);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const tokens = {
    card: token("card"),
    ink: token("ink"),
    quiet: token("quiet"),
    line: token("line"),
    hairline: token("hairline"),
    accent: token("accent"),
    program: token("program"),
    watch: token("watch"),
    other: token("series-2"),
    font: getComputedStyle(document.body).fontFamily,
    rightToLeft: getComputedStyle(figure).direction === "rtl",
  };
  if (scheme === "light") delete root.dataset["theme"];
  return tokens;
}
