/** What stands on every clinical sheet. */
export const report = {
  chart: 'Chart',
  viewLabel: 'View',
  views: {
    glucose: 'Glucose report',
    ecg: 'ECG on paper',
    pressure: 'Blood pressure',
    sleep: 'Sleep',
    activity: 'Day by day',
    daily: 'Day by day',
  },
  /** Two rows of buttons, folded on a phone. */
  choose: 'Period and view',
  keep: 'Copy or print',
  copyText: 'Copy as text',
  textToCopy: 'Text to copy',
  print: 'Print or save as PDF',
  period: 'Period',
  born: (date: string) => `born ${date}`,
  zone: (zone: string) => `Times in ${zone}`,
  madeBy: "Made by the patient's own app, Hale, from the patient's own readings. It is no diagnosis.",
  printedOn: (moment: string) => `Printed ${moment}`,
  source: (title: string) => `Source: ${title}`,
  nothing: 'No readings in this period.',
  adultTaken: 'Age is not known: figures for adults are used.',
};
