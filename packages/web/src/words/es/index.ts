import type { Words } from '../en/index.ts';
import { add } from './add.ts';
import { ecg } from './ecg.ts';
import { first } from './first.ts';
import { frame } from './frame.ts';
import { glucose } from './glucose.ts';
import { phones } from './phones.ts';
import { reader } from './reader.ts';
import { report } from './report.ts';
import { series } from './series.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';

export const es: Words = { add, ecg, first, frame, glucose, phones, reader, report, series, today, unlock };
