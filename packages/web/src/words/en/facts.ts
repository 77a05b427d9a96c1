import { counted } from '../plural.ts';

/** What every screen says the same way: who can read something, when it ends, and where readings are missing. */
export const facts = {
  // Who
  nameless: 'Somebody without a name here',
  withKey: (name: string, key: string) => `${name} (key ${key})`,
  byKey: (key: string) => `Opens only with the key ${key}`,
  anyoneLink: 'anyone with the link',
  anyonePin: 'anyone with the link and the PIN',
  anyoneFile: 'anyone who has the file',
  firstBrowser: (withPin: boolean) => `only the first browser that opens the link${withPin ? ', with the PIN' : ''}`,
  anyoneNamed: (name: string, withPin: boolean) => `anyone with the link “${name}”${withPin ? ' and its PIN' : ''}`,
  opensFor: (who: string) => `Can be read by ${who}`,
  linkNamed: (name: string) => `Link “${name}”`,
  linkNameless: 'Link without a name',
  canRead: 'Who can read it',
  canReadIt: (who: string) => `${who} can read it`,
  onlyYou: 'Only you can read it.',
  sharesOpen: counted('en', { one: 'share is open', other: 'shares are open' }),
  sharesOfSeries: (count: string, who: string) => `${count}: ${who}`,
  nobodyReads: 'Only you can read your data: no share is open.',
  fromSomeLink: 'from a link that you opened',
  // When it ends
  ends: (when: string) => `ends ${when}`,
  endsAt: (when: string) => `Ends ${when}`,
  endOfDay: (date: string) => `${date}, end of the day`,
  midnight: (date: string) => `${date}, 24:00`,
  until: (when: string) => `until ${when}`,
  // What is missing
  gap: (from: string, to: string, length: string) => `No readings from ${from} to ${to} (${length})`,
  gapAbout: (from: string, to: string, length: string) => `No readings from about ${from} to about ${to} (${length})`,
  shorter: counted('en', { one: 'shorter gap', other: 'shorter gaps' }),
  andIn: (gap: string, shorter: string) => `${gap}, and in ${shorter}`,
  covered: (gap: string, share: string) => `${gap}; ${share} covered.`,
  noGaps: 'No gaps in the readings shown.',
  noGapOf: (length: string, share: string) => `No gap of ${length} or more; ${share} covered.`,
  begin: (when: string) => `The readings here begin on ${when}.`,
  daysMissing: (missing: number, of: string, which: string) => `No readings on ${missing} of ${of}: ${which}.`,
  noDayMissing: (days: string) => `Readings on every one of ${days}.`,
  nightsMissing: (missing: number, of: number, which: string) =>
    `No sleep was recorded for ${missing} of ${of} nights, the ones before ${which}.`,
  noNightMissing: (of: number) => `Sleep was recorded in each of ${of} nights.`,
  more: (which: string, count: number) => `${which} and ${count} more`,
  missingLabel: 'What is missing',
};
