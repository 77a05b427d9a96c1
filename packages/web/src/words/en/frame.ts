import { counted } from '../plural.ts';

/** What stands on every screen: navigation, states, failures, units of counting. */
export const frame = {
  appName: 'Hale',
  skip: 'Skip to content',
  nav: { today: 'Today', add: 'Add data', sharing: 'Sharing', desk: 'Shared with me', settings: 'Settings' },
  /** Below the icons at the foot of a phone. */
  navShort: { today: 'Today', add: 'Add', sharing: 'Sharing', desk: 'For me', settings: 'Settings' },
  navLabel: 'Main',
  person: 'Person',
  lock: 'Lock',
  back: 'Back',
  close: 'Close',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  loading: 'Loading',
  stillWorking: 'Still working. Your data is safe.',
  offline: (time: string) => `You're offline. Showing what this device saw at ${time}.`,
  offlineTitle: 'Your node does not answer.',
  offlineText: 'Check that the computer at home is on and that `hale start` runs there. Nothing was lost.',
  failedTitle: 'That did not work.',
  failedText: 'Nothing was lost.',
  fault: 'This is a fault of Hale, not of yours.',
  readings: counted('en', { one: 'reading', other: 'readings' }),
  series: counted('en', { one: 'series', other: 'series' }),
  days: counted('en', { one: 'day', other: 'days' }),
  justNow: 'just now',
  noPage: 'There is no such page.',
  toToday: 'Go to Today',
};
