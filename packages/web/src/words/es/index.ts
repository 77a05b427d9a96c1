import type { Words } from '../en/index.ts';
import { compare } from './compare.ts';
import { ecg } from './ecg.ts';
import { frame } from './frame.ts';
import { glucose } from './glucose.ts';
import { kinds } from './kinds.ts';
import { notes } from './notes.ts';
import { pressure } from './pressure.ts';
import { report } from './report.ts';
import { series } from './series.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';
import { vitals } from './vitals.ts';

export const es: Words = {
  frame,
  today,
  series,
  unlock,
  report,
  glucose,
  ecg,
  kinds,
  pressure,
  vitals,
  compare,
  notes,
};
