/** Of glucose and oxygen: the last week in a sentence. */
export const week = {
  last7: 'of the last 7 days',
  upTo: (date: string) => `of the 7 days up to ${date}`,
  inRange: (share: string, when: string, below: string) => `In target range ${share} ${when}, below it ${below}.`,
  few: (when: string, have: string, need: string) =>
    `Time in target range is not known: ${have} ${when} were recorded, and ${need} are needed.`,
  needsEach: 'Time in target range is not known: it needs each reading, and here only summaries are open.',
  atLeast: (limit: string, share: string, when: string) => `${limit} or more in ${share} of the readings ${when}.`,
  fewReadings: (when: string, have: number, need: number) =>
    `Too few readings ${when} to say how many were in the usual range: ${have}, and ${need} are needed.`,
};
