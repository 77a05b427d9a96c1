import type { Words } from '../en/index.ts';
import { ecg } from './ecg.ts';
import { frame } from './frame.ts';
import { glucose } from './glucose.ts';
import { report } from './report.ts';
import { series } from './series.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';

export const es: Words = { frame, today, series, unlock, report, glucose, ecg };
