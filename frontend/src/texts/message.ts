/** A sentence with {places}; where one of them is {count}, one form for each of the language's plurals. */

export type Plurals = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };
export type Message = string | Plurals;
export type Places = Readonly<Record<string, string | number>>;

/** Return a message with its {places} filled in; `count` among them chooses the form. */
export function filledIn(message: Message, places: Places, language: string): string {
  return formFor(message, places, language).replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

function formFor(message: Message, places: Places, language: string): string {
  if (typeof message === "string") return message;
  return message[new Intl.PluralRules(language).select(Number(places.count))] ?? message.other;
}
