// "1 reading", "5 readings"; "1 odczyt, 2 odczyty, 5 odczytów": the forms of a language after a number.

/** @param forms by plural category of `Intl.PluralRules`; `other` stands for those that are not given */
export function counted(locale: string, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }) {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (count: number): string => `${numbers.format(count)} ${forms[rules.select(count)] ?? forms.other}`;
}
