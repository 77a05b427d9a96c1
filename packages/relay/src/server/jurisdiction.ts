// What the law of a country says about keeping health records, as far as a source was read (docs/compliance.md names it). It binds a provider's
// own copy: a patient's copy has no such period, and a relay deletes whenever an author says so. So these numbers are offered, never applied unasked;
// for a country that is not here the operator decides.

export interface ProviderRetention {
  readonly rule: string;
  /** As an age of events, where the rule can be told as one; null: it counts from something that a relay cannot know. */
  readonly years: number | null;
}

/** By ISO 3166-1 alpha-2. */
const PROVIDERS: Readonly<Record<string, ProviderRetention>> = {
  NL: { rule: '20 years from the last change', years: 20 },
  FR: { rule: '20 years after the last visit (minors to age 28; 10 years after death)', years: 20 },
  DE: { rule: '10 years after the treatment (blood products 30)', years: 10 },
  GB: { rule: 'general practice: 10 years after death', years: null },
};

export function providerRetention(country: string): ProviderRetention | null {
  return Object.hasOwn(PROVIDERS, country) ? PROVIDERS[country] : null;
}
