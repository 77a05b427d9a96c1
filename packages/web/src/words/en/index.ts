// Every area of the words of the pages in English: the form that the other languages fill.
import { add } from './add.ts';
import { care } from './care.ts';
import { codes } from './codes.ts';
import { compare } from './compare.ts';
import { corrections } from './corrections.ts';
import { desk } from './desk.ts';
import { devices } from './devices.ts';
import { ecg } from './ecg.ts';
import { emergency } from './emergency.ts';
import { facts } from './facts.ts';
import { first } from './first.ts';
import { frame } from './frame.ts';
import { glucose } from './glucose.ts';
import { kinds } from './kinds.ts';
import { notes } from './notes.ts';
import { ownCard } from './own-card.ts';
import { phones } from './phones.ts';
import { pressure } from './pressure.ts';
import { reader } from './reader.ts';
import { records } from './records.ts';
import { report } from './report.ts';
import { room } from './room.ts';
import { series } from './series.ts';
import { settings } from './settings.ts';
import { share } from './share.ts';
import { sharing } from './sharing.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';
import { vitals } from './vitals.ts';
import { warnings } from './warnings.ts';
import { week } from './week.ts';

export const en = {
  add,
  care,
  codes,
  compare,
  corrections,
  desk,
  devices,
  ecg,
  emergency,
  facts,
  first,
  frame,
  glucose,
  kinds,
  notes,
  ownCard,
  phones,
  pressure,
  reader,
  records,
  report,
  room,
  series,
  settings,
  share,
  sharing,
  today,
  unlock,
  vitals,
  warnings,
  week,
};
export type Words = typeof en;
