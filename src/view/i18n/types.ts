/** Shapes of catalogues. A message is a text with {holes}, or its plural forms by the rule names of Intl.PluralRules. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Message = string | Plural;

/** A catalogue in another language: the same keys; a plural stays a plural. */
export type Words<T> = { [K in keyof T]: T[K] extends string ? string : Plural };
