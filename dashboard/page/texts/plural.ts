/** Forms of a word by number, in the categories of the language (CLDR): `one`, `few`, `many`, `other`. */

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

export const pluralOf = (locale: string) => {
  const rules = new Intl.PluralRules(locale);
  return (count: number, forms: Forms): string => forms[rules.select(count)] ?? forms.other;
};
