import type { Words } from '../en/index.ts';
import { frame } from './frame.ts';
import { phones } from './phones.ts';
import { series } from './series.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';

export const pl: Words = { frame, today, series, unlock, phones };
