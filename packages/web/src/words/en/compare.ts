/** Several series on one time axis, and two periods side by side. */
export const compare = {
  title: 'Compare',
  mode: 'How to compare',
  together: 'On one time axis',
  periods: 'Two periods',
  add: 'Add a series',
  choose: 'Choose',
  remove: (title: string) => `Take away ${title}`,
  shown: (from: string, to: string) => `${from} to ${to}`,
  length: 'Length',
  lengths: { 1: 'Day against day', 7: 'Week against week', 28: '4 weeks against 4' },
  now: 'Now',
  before: 'Before',
  change: 'Change',
  noFigures: 'These readings are words: they have no average to compare.',
  link: 'Compare',
};
